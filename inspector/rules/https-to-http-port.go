package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "https-to-http-port", Title: "The port does not speak TLS", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The client began a TLS handshake, and what came back is no TLS. The URL says https for a port that serves http, or another service.",
	FixClient: "Use http for this port, or the port for https.",
	FixServer: "Switch TLS on for this port.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-https-uri-scheme",
	When:      failed(exchange.TLSNotTLS),
	Check: func(c *Case) *Finding {
		what, brief := "what came back is no TLS", "port does not speak TLS"
		text := string(c.X.Failure.Excerpt)
		switch {
		case strings.HasPrefix(text, "HTTP/"):
			what, brief = "it answered in plain HTTP", "https to an http port"
		case strings.HasPrefix(text, "SSH-"):
			what, brief = "an SSH server answered", "an SSH server answered"
		case strings.HasPrefix(text, "220"):
			what, brief = "a mail or FTP server answered", "a mail or FTP server"
		}
		f := c.transportFinding(
			fmt.Sprintf("%s does not speak TLS: %s.", c.address(), what), brief,
			exchange.Advice{Text: "Use http for this port:", Copy: curl(c.X.Request.Method, "http"+strings.TrimPrefix(httpsURL(c.X.URL), "https"))},
			exchange.Advice{Text: "Or switch TLS on:", Copy: "listen 443 ssl;"},
		)
		if text != "" {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.FailurePart, Name: "first bytes", Value: fmt.Sprintf("%q", clip(text, 60))})
		}
		if plain := c.Links.WithoutTLS; plain != nil {
			f.Severity, f.Related = exchange.SeverityInfo, append(f.Related, plain.ID)
			f.Verdict += fmt.Sprintf(" The client went on without TLS in #%d.", plain.ID)
			f.Evidence = append(f.Evidence, sequence(plain, "without TLS", plain.Request.Method, statusText(plain.Response)))
		}
		return f
	},
	Examples: []Example{
		{Name: "http", Finds: "127.0.0.1:3000 does not speak TLS: it answered in plain HTTP", HTTP: `> GET https://127.0.0.1:3000/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-not-tls 127.0.0.1:3000 "127.0.0.1:3000 answered the TLS handshake in plain HTTP" excerpt="HTTP/"`},
		{Name: "falls-back", On: 1, Finds: "The client went on without TLS in #2.", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> GET https://registry.test:5000/v2/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
* synthetic
* took 2ms
* failure tls-not-tls registry.test:5000 "registry.test:5000 answered the TLS handshake in plain HTTP" excerpt="HTTP/"

* at 2026-11-22T14:00:00.01Z
* client 127.0.0.1:5001
> GET http://registry.test:5000/v2/ HTTP/1.1
< HTTP/1.1 200 OK
< Content-Length: 2

{}`},
		{Name: "no-failure", HTTP: quietExample},
	},
})

// httpsURL is the https URL of a target that may be host:port alone, as of a
// tunnel.
func httpsURL(target string) string {
	if strings.Contains(target, "://") {
		return target
	}
	return "https://" + target + "/"
}
