package transcript

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// The facts. Those in leading say how an exchange began: they stand before its
// request line. The others belong to the exchange above them; body and trailer to
// the message above them.
var (
	leading = map[string]func(*parser, []string) error{
		"id":     factID,     // * id 7
		"at":     factAt,     // * at 2026-11-22T14:17:22.5Z
		"client": factClient, // * client 127.0.0.1:50000
		"mode":   factMode,   // * mode intercepted
		"tunnel": factTunnel, // * tunnel api.example.test:443 (no request was read)
	}
	trailing = map[string]func(*parser, []string) error{
		"server":      factServer,      // * server 127.0.0.1:3001
		"took":        factTook,        // * took 13ms
		"timing":      factTiming,      // * timing dns-start=1ms first-byte=3ms
		"synthetic":   factSynthetic,   // * synthetic
		"closed-by":   factClosedBy,    // * closed-by client
		"failure":     factFailure,     // * failure connect-refused 127.0.0.1:3001 "message" host=h alert=40
		"certificate": factCertificate, // * certificate subject="CN=a" issuer="CN=b" names=a,b not-after=2026-01-02T03:04:05Z
		"server-tls":  factServerTLS,   // * server-tls version="TLS 1.3" alpn=h2 name=api.example.test
		"client-tls":  factClientTLS,   // the same of the other connection
		"body":        factBody,        // * body cut 70000 · interrupted 10 · "not recorded" 9 · base64 AAEC
		"trailer":     factTrailer,     // * trailer grpc-status: 0
		"frame":       factFrame,       // * frame server close 1m0s "\x03\xf3bye"
		"note":        factNote,        // * note "12 bodies were shed"
	}
)

func (p *parser) fact(rest string) error {
	words, err := fields(rest)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return errors.New("\"*\" without a fact")
	}
	name, args := words[0], words[1:]
	if f, ok := leading[name]; ok {
		if p.x != nil && p.x.URL != "" {
			if err := p.endExchange(); err != nil {
				return err
			}
		}
		p.exchange()
		return wrap(name, f(p, args))
	}
	f, ok := trailing[name]
	if !ok {
		return fmt.Errorf("unknown fact %q", clip(name))
	}
	if p.x == nil {
		return fmt.Errorf("the fact %q needs a request before it", name)
	}
	return wrap(name, f(p, args))
}

func wrap(name string, err error) error {
	if err != nil {
		return fmt.Errorf("fact %q: %w", name, err)
	}
	return nil
}

// fields splits at spaces; what stands in Go's double quotes, also behind
// name=, is one word.
func fields(s string) ([]string, error) {
	var words []string
	for {
		s = strings.TrimLeft(s, " \t")
		if s == "" {
			return words, nil
		}
		i := strings.IndexAny(s, " \t\"")
		if i < 0 {
			i = len(s)
		}
		word := s[:i]
		s = s[i:]
		if strings.HasPrefix(s, `"`) {
			quoted, err := strconv.QuotedPrefix(s)
			if err != nil {
				return nil, fmt.Errorf("a quotation mark is not closed: %s", clip(s))
			}
			value, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("not a quoted text: %s", clip(quoted))
			}
			word += value
			s = s[len(quoted):]
		}
		words = append(words, word)
	}
}

func one(args []string) (string, error) {
	if len(args) != 1 {
		return "", fmt.Errorf("expected one value, got %d", len(args))
	}
	return args[0], nil
}

func factID(p *parser, args []string) error {
	s, err := one(args)
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(s, 10, 64)
	p.x.ID = exchange.ID(n)
	return err
}

func factAt(p *parser, args []string) error {
	s, err := one(args)
	if err != nil {
		return err
	}
	p.x.Start, err = time.Parse(time.RFC3339Nano, s)
	p.x.Start = p.x.Start.UTC()
	return err
}

func factClient(p *parser, args []string) error { return address(&p.x.Client, args) }
func factServer(p *parser, args []string) error { return address(&p.x.Server, args) }

func address(c *exchange.Connection, args []string) error {
	s, err := one(args)
	if err != nil {
		return err
	}
	c.Addr, err = netip.ParseAddrPort(s)
	return err
}

func factMode(p *parser, args []string) error {
	s, err := one(args)
	switch m := exchange.Mode(s); m {
	case exchange.Forward, exchange.Intercepted, exchange.Tunnel, exchange.Reverse:
		p.x.Mode = m
		return err
	}
	return fmt.Errorf("unknown mode %q", s)
}

func factTunnel(p *parser, args []string) error {
	s, err := one(args)
	if err != nil {
		return err
	}
	if s == "" {
		return errors.New("expected host:port")
	}
	p.x.Mode, p.x.URL = exchange.Tunnel, s
	return nil
}

func factTook(p *parser, args []string) error {
	s, err := one(args)
	if err != nil {
		return err
	}
	p.x.Timing.End, err = time.ParseDuration(s)
	return err
}

func factSynthetic(p *parser, _ []string) error { p.x.Synthetic = true; return nil }

func factClosedBy(p *parser, args []string) error {
	s, err := one(args)
	p.x.ClosedBy = exchange.Peer(s)
	return err
}

func factNote(p *parser, args []string) error {
	s, err := one(args)
	p.x.Notes = append(p.x.Notes, s)
	return err
}

func factTiming(p *parser, args []string) error {
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		d, err := time.ParseDuration(value)
		if err != nil {
			return err
		}
		step := timingStep(&p.x.Timing, name)
		if step == nil {
			return fmt.Errorf("unknown step %q", name)
		}
		*step = d
	}
	return nil
}

var timingSteps = []string{
	"dns-start", "dns-end", "connect-start", "connect-end", "tls-start", "tls-end",
	"request-end", "first-byte", "response-head", "end",
}

func timingStep(t *exchange.Timing, name string) *time.Duration {
	for i, step := range []*time.Duration{
		&t.DNSStart, &t.DNSEnd, &t.ConnectStart, &t.ConnectEnd, &t.TLSStart, &t.TLSEnd,
		&t.RequestEnd, &t.FirstByte, &t.ResponseHead, &t.End,
	} {
		if timingSteps[i] == name {
			return step
		}
	}
	return nil
}

func factFailure(p *parser, args []string) error {
	if len(args) == 0 {
		return errors.New("expected a kind of failure")
	}
	f := &exchange.Failure{Kind: exchange.FailureKind(args[0]), Alert: -1, Expected: -1, Peer: exchange.ServerPeer}
	p.x.Failure = f
	for _, arg := range args[1:] {
		name, value, isPair := strings.Cut(arg, "=")
		if !isPair || strings.Contains(name, " ") {
			if _, err := netip.ParseAddrPort(arg); err == nil && f.Addr == "" {
				f.Addr = arg
			} else {
				f.Message = arg
			}
			continue
		}
		if err := setFailure(f, name, value); err != nil {
			return err
		}
	}
	return nil
}

func setFailure(f *exchange.Failure, name, value string) (err error) {
	switch name {
	case "message":
		f.Message = value
	case "peer":
		f.Peer = exchange.Peer(value)
	case "host":
		f.Host = value
	case "addr":
		f.Addr = value
	case "excerpt":
		f.Excerpt = []byte(value)
	case "alert":
		f.Alert, err = strconv.Atoi(value)
	case "expected":
		f.Expected, err = strconv.ParseInt(value, 10, 64)
	case "got":
		f.Got, err = strconv.ParseInt(value, 10, 64)
	default:
		return fmt.Errorf("unknown value %q", name)
	}
	return err
}

func factServerTLS(p *parser, args []string) error { return tlsFacts(&p.x.Server, args) }
func factClientTLS(p *parser, args []string) error { return tlsFacts(&p.x.Client, args) }

func tlsFacts(c *exchange.Connection, args []string) error {
	if c.TLS == nil {
		c.TLS = &exchange.TLS{}
	}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "version":
			c.TLS.Version = value
		case "cipher":
			c.TLS.Cipher = value
		case "alpn":
			c.TLS.ALPN = value
		case "name":
			c.TLS.ServerName = value
		case "verified":
			c.TLS.Verified = true
		default:
			return fmt.Errorf("unknown value %q", name)
		}
	}
	return nil
}

func factCertificate(p *parser, args []string) error {
	var c exchange.Certificate
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		var err error
		switch name {
		case "subject":
			c.Subject = value
		case "issuer":
			c.Issuer = value
		case "names":
			c.DNSNames = strings.Split(value, ",")
		case "ips":
			c.IPs = strings.Split(value, ",")
		case "not-before":
			c.NotBefore, err = time.Parse(time.RFC3339, value)
		case "not-after":
			c.NotAfter, err = time.Parse(time.RFC3339, value)
		case "ca":
			c.CA = true
		default:
			err = fmt.Errorf("unknown value %q", name)
		}
		if err != nil {
			return err
		}
	}
	c.NotBefore, c.NotAfter = c.NotBefore.UTC(), c.NotAfter.UTC()
	c.SelfIssued = c.Subject == c.Issuer
	if p.x.Server.TLS == nil {
		p.x.Server.TLS = &exchange.TLS{}
	}
	p.x.Server.TLS.Chain = append(p.x.Server.TLS.Chain, c)
	return nil
}

func factTrailer(p *parser, args []string) error {
	name, value, ok := cutField(strings.Join(args, " "))
	if !ok || p.message == nil {
		return errors.New("expected \"Field: value\" after a message")
	}
	p.message.Trailer = append(p.message.Trailer, exchange.Field{Name: name, Value: value})
	return nil
}

func factBody(p *parser, args []string) error {
	if p.message == nil || len(args) == 0 {
		return errors.New("expected a state after a message")
	}
	b := &p.message.Body
	if args[0] == "base64" {
		if len(args) != 2 {
			return errors.New("expected one word of base64")
		}
		data, err := base64.StdEncoding.DecodeString(args[1])
		fill(b, data)
		return err
	}
	switch s := exchange.BodyState(args[0]); s {
	case exchange.WholeBody, exchange.CutBody, exchange.InterruptedBody, exchange.UnrecordedBody:
		b.State = s
	default:
		return fmt.Errorf("unknown state %q", args[0])
	}
	if len(args) > 1 {
		n, err := strconv.ParseInt(args[1], 10, 64)
		if err != nil || n < b.Kept {
			return fmt.Errorf("%q is not a size of at least the bytes given", args[1])
		}
		b.Size = n
	}
	b.SHA256 = [32]byte{}
	return nil
}
