package transcript

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"httpwhy/inspector/exchange"
)

// Print writes exchanges so that Parse reads them back. Bodies are written as
// far as they travel with the exchange.
func Print(xs ...*exchange.Exchange) string {
	var b strings.Builder
	for i, x := range xs {
		if i > 0 {
			b.WriteByte('\n')
		}
		printExchange(&b, x)
	}
	return b.String()
}

func printExchange(b *strings.Builder, x *exchange.Exchange) {
	if x.ID != 0 {
		fmt.Fprintf(b, "* id %d\n", x.ID)
	}
	if !x.Start.IsZero() {
		fmt.Fprintf(b, "* at %s\n", x.Start.UTC().Format(time.RFC3339Nano))
	}
	if x.Client.Addr.IsValid() {
		fmt.Fprintf(b, "* client %s\n", x.Client.Addr)
	}
	if x.Request.Method == "" {
		fmt.Fprintf(b, "* tunnel %s\n", value(x.URL))
	} else {
		if m := impliedMode(x); x.Mode != m && x.Mode != "" {
			fmt.Fprintf(b, "* mode %s\n", x.Mode)
		}
		fmt.Fprintf(b, "> %s %s %s\n", x.Request.Method, x.URL, x.Request.Proto)
		printMessage(b, '>', &x.Request)
	}
	for i := range x.Interim {
		printResponse(b, &x.Interim[i])
	}
	if x.Response != nil {
		printResponse(b, x.Response)
	}
	printFacts(b, x)
}

// impliedMode is the mode that Parse assumes. A CONNECT sets Tunnel even after
// another mode was stated, so nothing else can be written for it.
func impliedMode(x *exchange.Exchange) exchange.Mode {
	if x.Request.Method == http.MethodConnect {
		return exchange.Tunnel
	}
	return exchange.Forward
}

func printResponse(b *strings.Builder, m *exchange.Message) {
	fmt.Fprintf(b, "< %s %d", m.Proto, m.Status)
	if m.Reason != "" {
		b.WriteString(" " + m.Reason)
	}
	b.WriteByte('\n')
	printMessage(b, '<', m)
}

func printMessage(b *strings.Builder, mark byte, m *exchange.Message) {
	for _, f := range m.Header {
		fmt.Fprintf(b, "%c %s: %s\n", mark, f.Name, f.Value)
	}
	if len(m.Body.Data) > 0 {
		printContent(b, m.Body.Data)
	}
	switch m.Body.State {
	case exchange.CutBody, exchange.InterruptedBody, exchange.UnrecordedBody:
		fmt.Fprintf(b, "* body %s %d\n", value(string(m.Body.State)), m.Body.Size)
	case exchange.WholeBody:
		if m.Body.Size != int64(len(m.Body.Data)) {
			fmt.Fprintf(b, "* body %s %d\n", m.Body.State, m.Body.Size)
		}
	}
	for _, f := range m.Trailer {
		fmt.Fprintf(b, "* trailer %s\n", strconv.Quote(f.Name+": "+f.Value))
	}
}

func printContent(b *strings.Builder, data []byte) {
	text := string(data)
	if !utf8.Valid(data) || strings.ContainsRune(text, '\r') {
		fmt.Fprintf(b, "* body base64 %s\n", base64.StdEncoding.EncodeToString(data))
		return
	}
	b.WriteByte('\n')
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		_, _, marked := cutMark(line)
		if marked || strings.HasPrefix(line, `\`) || line == "" && i == len(lines)-1 {
			b.WriteByte('\\')
		}
		b.WriteString(line + "\n")
	}
}

func printFacts(b *strings.Builder, x *exchange.Exchange) {
	if x.Server.Addr.IsValid() {
		fmt.Fprintf(b, "* server %s\n", x.Server.Addr)
	}
	printTLS(b, "client-tls", x.Client.TLS)
	printTLS(b, "server-tls", x.Server.TLS)
	if x.Server.TLS != nil {
		for i := range x.Server.TLS.Chain {
			printCertificate(b, &x.Server.TLS.Chain[i])
		}
	}
	if f := x.Failure; f != nil {
		printFailure(b, f)
	}
	if x.Synthetic {
		b.WriteString("* synthetic\n")
	}
	if x.ClosedBy != "" {
		fmt.Fprintf(b, "* closed-by %s\n", value(string(x.ClosedBy)))
	}
	printTiming(b, x.Timing)
	printFrames(b, x.Frames)
	for _, note := range x.Notes {
		fmt.Fprintf(b, "* note %s\n", strconv.Quote(note))
	}
}

func printTiming(b *strings.Builder, t exchange.Timing) {
	if t == (exchange.Timing{End: t.End}) {
		if t.End != 0 {
			fmt.Fprintf(b, "* took %s\n", t.End)
		}
		return
	}
	b.WriteString("* timing")
	for _, name := range timingSteps {
		if d := *timingStep(&t, name); d != 0 {
			fmt.Fprintf(b, " %s=%s", name, d)
		}
	}
	b.WriteByte('\n')
}

func printFailure(b *strings.Builder, f *exchange.Failure) {
	fmt.Fprintf(b, "* failure %s", value(string(f.Kind)))
	pairs(b, "addr", f.Addr, "host", f.Host, "message", f.Message, "excerpt", string(f.Excerpt))
	if f.Peer != exchange.ServerPeer {
		fmt.Fprintf(b, " peer=%s", value(string(f.Peer)))
	}
	if f.Alert != -1 {
		fmt.Fprintf(b, " alert=%d", f.Alert)
	}
	if f.Expected != -1 {
		fmt.Fprintf(b, " expected=%d", f.Expected)
	}
	if f.Got != 0 {
		fmt.Fprintf(b, " got=%d", f.Got)
	}
	b.WriteByte('\n')
}

func printTLS(b *strings.Builder, name string, t *exchange.TLS) {
	if t == nil {
		return
	}
	b.WriteString("* " + name)
	pairs(b, "version", t.Version, "cipher", t.Cipher, "alpn", t.ALPN, "name", t.ServerName)
	if t.Verified {
		b.WriteString(" verified")
	}
	b.WriteByte('\n')
}

func printCertificate(b *strings.Builder, c *exchange.Certificate) {
	b.WriteString("* certificate")
	pairs(b, "subject", c.Subject, "issuer", c.Issuer,
		"names", strings.Join(c.DNSNames, ","), "ips", strings.Join(c.IPs, ","))
	if !c.NotBefore.IsZero() {
		fmt.Fprintf(b, " not-before=%s", c.NotBefore.UTC().Format(time.RFC3339))
	}
	if !c.NotAfter.IsZero() {
		fmt.Fprintf(b, " not-after=%s", c.NotAfter.UTC().Format(time.RFC3339))
	}
	if c.CA {
		b.WriteString(" ca")
	}
	b.WriteByte('\n')
}

// pairs writes the name=value pairs whose value is not empty.
func pairs(b *strings.Builder, kv ...string) {
	for i := 0; i < len(kv); i += 2 {
		if kv[i+1] != "" {
			fmt.Fprintf(b, " %s=%s", kv[i], value(kv[i+1]))
		}
	}
}

// value quotes s if it would not be read back as one word.
func value(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\"\r\n") || strconv.Quote(s) != `"`+s+`"` {
		return strconv.Quote(s)
	}
	return s
}
