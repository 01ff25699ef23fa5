package rules

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// transportFinding is a finding about the failure of the exchange. Whatever the
// client was answered, httpwhy made it and it is no evidence.
func (c *Case) transportFinding(verdict, short string, client, server exchange.Advice) *Finding {
	f := &Finding{
		Verdict: verdict, Short: clip(short, shortCells), Evidence: []exchange.Evidence{c.failure()},
		Fix: exchange.Fix{Client: client, Server: server},
	}
	if d := c.X.Timing.Last(); d > 0 {
		f.Evidence = append(f.Evidence, c.took(""))
	}
	if c.X.Mode == exchange.Reverse && c.X.Failure.Peer == exchange.ServerPeer {
		c.behindReverse(f)
	}
	return f
}

// behindReverse words a failure for the reverse mode, in which the client asked
// httpwhy alone: what it asked for was right, and the address of the server is
// that of the option.
func (c *Case) behindReverse(f *Finding) {
	u := c.URL()
	if u == nil {
		return
	}
	server := u.Scheme + "://" + u.Host
	f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.RequestLine, Name: "--reverse", Value: server, Note: "the server that httpwhy stands before"})
	f.Fix.Client = exchange.Advice{Text: "Not the client's fault. See that --reverse names the server's address, and ask the server itself:", Copy: c.curl("-v")}
}

// unreadBody reports whether browsers do not read the response's content: that of
// a redirect which they follow, and of 205, which has none.
func (c *Case) unreadBody() bool {
	m := c.X.Response
	return m != nil && c.fromBrowser() && (m.Status == http.StatusResetContent || redirectTarget(m) != "")
}

// dialled is the host and port that the connection was for: the URL's.
func (c *Case) dialled() (host, port string) {
	authority := c.Host()
	host, port, err := net.SplitHostPort(authority)
	if err != nil {
		host, port = strings.Trim(authority, "[]"), "80"
		if strings.HasPrefix(strings.ToLower(c.X.URL), "https:") {
			port = "443"
		}
	}
	if c.X.Failure != nil && c.X.Failure.Host != "" {
		if h, _, err := net.SplitHostPort(c.X.Failure.Host); err == nil {
			host = h
		} else {
			host = c.X.Failure.Host
		}
	}
	return host, port
}

// address is the address that was dialled, or host:port where that is unknown.
func (c *Case) address() string {
	if c.X.Failure.Addr != "" {
		return c.X.Failure.Addr
	}
	if c.X.Server.Addr.IsValid() {
		return c.X.Server.Addr.String()
	}
	return net.JoinHostPort(c.dialled())
}

// sClient shows a server's certificates and handshake.
func (c *Case) sClient(options ...string) string {
	host, port := c.dialled()
	more := ""
	for _, o := range options {
		more += " " + shell(o)
	}
	return fmt.Sprintf("openssl s_client -connect %s -servername %s -showcerts%s </dev/null", shell(net.JoinHostPort(host, port)), shell(host), more)
}

// hostname is the name of the host that the connection was for.
func (c *Case) hostname() string {
	host, _ := c.dialled()
	return host
}

// trimStop is a message without the full stop at its end.
func trimStop(s string) string { return strings.TrimSuffix(s, ".") }

// leaf is the server's own certificate, nil if none was seen.
func (c *Case) leaf() *exchange.Certificate {
	if t := c.X.Server.TLS; t != nil && len(t.Chain) > 0 {
		return &t.Chain[0]
	}
	return nil
}

// certificateFinding is a finding about the server's certificate.
func (c *Case) certificateFinding(verdict, short string, server exchange.Advice) *Finding {
	client := exchange.Advice{
		Text: "Look at the certificates. In a test, httpwhy --insecure accepts them all:",
		Copy: c.sClient(),
	}
	f := c.transportFinding(verdict, short, client, server)
	if l := c.leaf(); l != nil {
		f.Evidence = append(f.Evidence,
			exchange.Evidence{Part: exchange.ServerTLSPart, Name: "subject", Value: clip(l.Subject, 80)},
			exchange.Evidence{Part: exchange.ServerTLSPart, Name: "issuer", Value: clip(l.Issuer, 80)},
		)
	}
	return f
}

// validity words how far t, an end of the certificate's validity, is away.
func (c *Case) validity(t time.Time) string { return duration(c.X.End().Sub(t)) }

const rfcTLS = "https://www.rfc-editor.org/rfc/rfc5280.html#section-6"

// quietExample is an exchange that ends well.
const quietExample = `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 200 OK`
