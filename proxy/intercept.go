package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"httpwhy/inspector/exchange"
)

// errPassThrough: the client speaks TLS, but no protocol that can be read.
var errPassThrough = errors.New("the client offers no protocol that can be read")

// readable are the ALPN protocols that the tap reads. curl --http1.0 offers the
// last one alone, and nginx takes it.
var readable = []string{"h2", "http/1.1", "http/1.0"}

// helloConn is the client's side of a TLS handshake. It keeps the ClientHello,
// so that it can be passed through unread.
type helloConn struct {
	*clientConn
	gatherer *gatherer // of clientConn
	tunnel   *tunnel
	ctx      context.Context //nolint:containedctx // crypto/tls hands only the connection to its callback
	hello    []byte
	muted    bool
	done     bool
	// last are the last bytes that came during the handshake.
	last [alertLength]byte
}

// alertLength is that of an alert in the clear (RFC 8446 sections 5.1 and 6).
const alertLength = 7

// alert returns the alert with which the client ended the handshake in the
// clear. OpenSSL does so in TLS 1.3 when it does not accept a certificate, at a
// point where crypto/tls already expects encrypted records and sees no alert.
func (c *helloConn) alert() (uint8, bool) {
	l := c.last
	plain := l[0] == 21 && l[1] == 3 && l[3] == 0 && l[4] == 2 && (l[5] == 1 || l[5] == 2)
	return l[6], plain
}

func (c *helloConn) Read(p []byte) (int, error) {
	n, err := c.gatherer.Read(p)
	if !c.done {
		c.hello = append(c.hello, p[:n]...)
	}
	if c.tunnel.shaken {
		return n, err
	}
	if n >= alertLength {
		copy(c.last[:], p[n-alertLength:n])
	} else {
		copy(c.last[:], c.last[n:])
		copy(c.last[alertLength-n:], p[:n])
	}
	return n, err
}

// Write drops the alert of a handshake that is given up for a tunnel.
func (c *helloConn) Write(p []byte) (int, error) {
	if c.muted {
		return len(p), nil
	}
	return c.gatherer.Write(p)
}

// Close closes the connection after what is held back.
func (c *helloConn) Close() error { return c.gatherer.Close() }

// serveTLS reads the ClientHello, connects to the origin as the client would,
// and then completes the client's handshake with what the origin chose.
func (t *tunnel) serveTLS(ctx context.Context) {
	limits := t.server.cfg.Timeouts
	ctx, cancel := context.WithTimeout(ctx, limits.Connect+2*limits.Handshake)
	defer cancel()
	hello := &helloConn{clientConn: t.client, gatherer: &gatherer{Conn: t.client}, tunnel: t, ctx: ctx}
	client := tls.Server(hello, t.server.clientTLS)
	err := client.HandshakeContext(ctx)
	hello.done, t.shaken = true, true
	if errors.Is(err, errPassThrough) {
		t.client.replay = append(hello.hello, t.client.replay...)
		t.passThrough(t.server.ctx)
		return
	}
	hello.hello = nil
	if err != nil {
		if t.failure == nil {
			t.failure = clientFailure(err, t.target, t.name())
			if alert, ok := hello.alert(); ok && t.failure.Alert < 0 {
				t.failure.Alert = int(alert)
				clientAlert(t.failure, alert)
			}
			if t.failure.Kind == exchange.ClientTLSHandshake && t.failure.Alert < 0 && !orderly(err) {
				t.closedBy = exchange.ProxyPeer // it sent what we cannot read, or not enough
			}
			t.refused(err)
		}
		return
	}
	state := client.ConnectionState()
	t.facts.TLS = tlsFacts(&state, t.hello.offered)
	if t.failure != nil {
		t.answer(client, "https", state.NegotiatedProtocol, nil)
		return
	}
	t.relay(client, t.client, "https", state.NegotiatedProtocol)
}

// configForClient is called by crypto/tls when the ClientHello was read.
func configForClient(info *tls.ClientHelloInfo) (*tls.Config, error) {
	c, ok := info.Conn.(*helloConn)
	if !ok {
		return nil, fmt.Errorf("unexpected connection %T", info.Conn)
	}
	c.done = true
	return c.tunnel.configFor(c, info)
}

func (t *tunnel) configFor(c *helloConn, info *tls.ClientHelloInfo) (*tls.Config, error) {
	offered := slices.Clone(info.SupportedProtos)
	t.hello = helloFacts{serverName: info.ServerName, offered: offered, suites: knownSuites(info.CipherSuites)}
	offer := slices.DeleteFunc(slices.Clone(offered), func(p string) bool { return !slices.Contains(readable, p) })
	if len(offered) > 0 && len(offer) == 0 {
		c.muted = true
		return nil, errPassThrough
	}
	protocols := offer
	asOffered := t.hello
	asOffered.offered = offer
	if t.connect(c.ctx, asOffered) == nil {
		protocols = nil
		if chosen := t.origin.tls.ALPN; chosen != "" {
			protocols = []string{chosen}
		}
	}
	leaf, err := t.server.cfg.CA.Leaf(t.name())
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		Certificates: []tls.Certificate{*leaf}, NextProtos: protocols, MinVersion: tls.VersionTLS10,
		CurvePreferences: groupsFor(c.RemoteAddr(), info.SupportedCurves),
	}, nil
}

// knownSuites are the cipher suites that were offered and that crypto/tls
// knows. Those without forward secrecy, which it does not offer by itself, are
// the only ones of some devices.
func knownSuites(offered []uint16) []uint16 {
	var known []uint16
	for _, suite := range suites {
		if slices.Contains(offered, suite.ID) {
			known = append(known, suite.ID)
		}
	}
	return known
}

var suites = append(tls.CipherSuites(), tls.InsecureCipherSuites()...)

// groupsFor are the key exchanges for a client that offers some, nil for all of
// them. What stays on this machine needs no protection against the computers of
// the future, which is a tenth of the cost of a new connection.
func groupsFor(client net.Addr, offered []tls.CurveID) []tls.CurveID {
	if addr := addrPort(client).Addr(); addr.IsValid() && !addr.IsLoopback() || !slices.Contains(offered, tls.X25519) {
		return nil
	}
	return []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
}

// name is what the client takes the origin for.
func (t *tunnel) name() string {
	if t.hello.serverName != "" {
		return t.hello.serverName
	}
	return t.host
}

// connect opens the origin's connection, TLS included.
func (t *tunnel) connect(ctx context.Context, h helloFacts) *exchange.Failure {
	if f := t.dial(ctx); f != nil {
		return f
	}
	if err := t.server.handshake(ctx, t.origin, t.target, h, t.watch); err != nil {
		t.failure = classify(err, handshaking, t.target)
	}
	return t.failure
}

// passThrough relays TLS without terminating it.
func (t *tunnel) passThrough(ctx context.Context) {
	if t.dial(ctx) == nil {
		t.relay(t.client, t.client, "http", "")
	}
}

// clientFailure names an error of the client's side. name is the one in the
// certificate that the client was shown.
func clientFailure(err error, addr, name string) *exchange.Failure {
	f := &exchange.Failure{Peer: exchange.ClientPeer, Alert: -1, Expected: -1, Addr: addr, Host: name}
	var no syscall.Errno
	text := err.Error()
	alert, alerted := alertOf(err)
	switch {
	case alerted:
		f.Alert = int(alert)
		clientAlert(f, alert)
	case errors.Is(err, context.DeadlineExceeded):
		set(f, exchange.ClientTLSHandshake, "the client did not finish the TLS handshake for %s in time", name)
	case strings.Contains(text, "unsupported versions") || strings.Contains(text, "no cipher suite") ||
		strings.Contains(text, "no supported") || strings.Contains(text, "no mutual"):
		set(f, exchange.ClientTLSNoSharedAny, "the client and httpwhy share no version or cipher suite of TLS: %s", text)
	case errors.As(err, &no) && wasReset(no):
		set(f, exchange.ConnectionReset, "the client reset the connection")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		// Not proof: some clients hang up when they do not trust a
		// certificate, others when they have changed their mind.
		set(f, exchange.ClientTLSHandshake, "the client closed the connection during the TLS handshake for %s", name)
	case strings.HasPrefix(text, "tls: "), strings.HasPrefix(text, "local error: tls: "):
		text = strings.TrimPrefix(text, "local error: ") // what it sent cannot be read
		set(f, exchange.ClientTLSHandshake, "TLS handshake with the client for %s: %s", name, strings.TrimPrefix(text, "tls: "))
	default:
		set(f, exchange.ClientGone, "the connection of the client broke: %v", err)
	}
	return f
}

// clientAlert reads the alert with which a client ended TLS.
func clientAlert(f *exchange.Failure, alert uint8) {
	switch {
	case aboutCertificate(alert):
		set(f, exchange.ClientRejectsCA, "the client does not accept httpwhy's certificate for %s (alert %d, %s)", f.Host, alert, alertName(alert))
	case alert == alertProtocolVersion, alert == alertHandshakeFailure, alert == alertNoApplicationProtocol:
		set(f, exchange.ClientTLSNoSharedAny, "the client refused the TLS handshake for %s (alert %d, %s)", f.Host, alert, alertName(alert))
	default:
		set(f, exchange.ClientTLSHandshake, "the client ended the TLS handshake for %s (alert %d, %s)", f.Host, alert, alertName(alert))
	}
}
