package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "client-left-handshake", Title: "The client hangs up instead of asking", Family: Transport, Severity: exchange.SeverityError, Aside: true,
	Explain:   "Clients made with OpenSSL, Java, Go or NSS say so when they do not accept a certificate. Node closes the connection in the handshake, and programs with GnuTLS (wget, git, apt) after it, without a word. A client that connects ahead of need looks the same; only browsers do that often.",
	FixClient: "Start the client with httpwhy run, or install the authority in its trust store. If it accepts one certificate only, pass the host through with --ignore.",
	FixServer: "Nothing: no request reached the server.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8446.html#section-6",
	When:      when(0, leftHandshake),
	Check: func(c *Case) *Finding {
		who, when := "The client", "during"
		agent := c.X.Request.Header.Get("User-Agent")
		if agent != "" {
			who = clip(agent, 40)
		}
		if c.X.Failure == nil {
			when = "after"
		}
		name, _ := c.dialled()
		f := &Finding{
			Verdict:    fmt.Sprintf("%s closed the connection %s the TLS handshake for %s without a request: most often it does not trust the certificate of httpwhy.", who, when, name),
			Short:      "left without a request",
			Confidence: exchange.Likely,
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Start the client with the CA variables set; if it pins its certificates, start httpwhy with --ignore " + name + ":", Copy: "httpwhy run -- YOUR_COMMAND"},
				Server: exchange.Advice{Text: "Nothing: no request reached the server."},
			},
		}
		if c.X.Failure != nil {
			f.Evidence = []exchange.Evidence{c.failure()}
		} else {
			f.Evidence = []exchange.Evidence{{Part: exchange.RequestLine, Name: "request", Value: "0 bytes", Note: "after a complete handshake"}}
		}
		switch {
		case strings.HasPrefix(agent, "Mozilla/"): // browsers connect ahead, and change their mind
			f.Severity, f.Confidence = exchange.SeverityInfo, exchange.Possible
			f.Verdict = fmt.Sprintf("The browser closed the connection %s the TLS handshake for %s without a request: it no longer needed it, or does not trust the certificate of httpwhy.", when, name)
		case c.X.Failure == nil:
			f.Severity = exchange.SeverityWarning
		}
		return f
	},
	Examples: []Example{
		{Name: "during", Finds: "The client closed the connection during the TLS handshake for api.test without a request", HTTP: `> CONNECT api.test:443 HTTP/1.1
* failure client-tls-handshake peer=client "the client closed the connection during the TLS handshake for api.test"
* closed-by client`},
		{Name: "browser-during", Finds: "it no longer needed it", HTTP: `> CONNECT api.test:443 HTTP/1.1
> User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0
* failure client-tls-handshake peer=client "the client closed the connection during the TLS handshake for api.test"
* closed-by client`},
		{Name: "unreadable", Also: []string{"transport-failed"}, HTTP: `> CONNECT api.test:443 HTTP/1.1
* failure client-tls-handshake peer=client "TLS handshake with the client for api.test: error decoding message"
* closed-by proxy`},
		{Name: "after", Finds: "Wget/1.21.3 closed the connection after the TLS handshake for api.test without a request", HTTP: `> CONNECT api.test:443 HTTP/1.1
> User-Agent: Wget/1.21.3
< HTTP/1.1 200 Connection established
* client-tls version="TLS 1.3" name=api.test
* closed-by client`},
		{Name: "browser-ahead", HTTP: `> CONNECT api.test:443 HTTP/1.1
> User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0
< HTTP/1.1 200 Connection established
* client-tls version="TLS 1.3" name=api.test
* closed-by client`},
		{Name: "no-agent", HTTP: `> CONNECT api.test:443 HTTP/1.1
< HTTP/1.1 200 Connection established
* client-tls version="TLS 1.3" name=api.test
* closed-by client`},
		{Name: "server-closed", HTTP: `> CONNECT api.test:443 HTTP/1.1
> User-Agent: Wget/1.21.3
< HTTP/1.1 200 Connection established
* client-tls version="TLS 1.3" name=api.test
* closed-by server`},
		{Name: "no-failure", HTTP: quietExample},
	},
})

// leftHandshake selects tunnels whose client ended TLS without an alert and
// without a request. After a complete handshake that means something only of a
// program that is known not to connect ahead of need.
func leftHandshake(x *exchange.Exchange) bool {
	if x.Failure != nil {
		return x.Failure.Kind == exchange.ClientTLSHandshake && x.Failure.Alert < 0 && x.ClosedBy == exchange.ClientPeer
	}
	if x.Mode != exchange.Tunnel || x.Client.TLS == nil || x.ClosedBy != exchange.ClientPeer {
		return false
	}
	agent := x.Request.Header.Get("User-Agent")
	return x.Request.Body.Size == 0 && x.Response != nil && x.Response.Body.Size == 0 &&
		agent != "" && !strings.HasPrefix(agent, "Mozilla/")
}
