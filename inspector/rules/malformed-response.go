package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "malformed-response", Title: "The server does not speak HTTP", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "What came back could not be read as HTTP. Often the port belongs to another service.",
	FixClient: "Check the port.",
	FixServer: "Send valid HTTP.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-message-parsing",
	When:      failed(exchange.MalformedResponse, exchange.ChunkedInvalid, exchange.ContentLengthConflict),
	Check: func(c *Case) *Finding {
		what := c.X.Failure.Message
		text := string(c.X.Failure.Excerpt)
		switch {
		case strings.HasPrefix(text, "SSH-"):
			what = "an SSH server answered"
		case strings.HasPrefix(text, "220 "), strings.HasPrefix(text, "220-"):
			what = "a mail or FTP server answered"
		case strings.HasPrefix(text, "\x15\x03"), strings.HasPrefix(text, "\x16\x03"):
			what = "a TLS record came; the port wants https"
		}
		f := c.transportFinding(
			fmt.Sprintf("%s did not answer with valid HTTP: %s.", c.Host(), what), "malformed response",
			exchange.Advice{Text: "Check the port, and look at what comes:", Copy: c.curl("--http0.9", "--output", "-")},
			exchange.Advice{Text: "See which program listens on this port:", Copy: "ss -ltnp"},
		)
		if text != "" {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.FailurePart, Name: "first bytes", Value: fmt.Sprintf("%q", clip(text, 60))})
		}
		return f
	},
	Examples: []Example{
		{Name: "ssh", Finds: "an SSH server answered", HTTP: `> GET http://api.test:22/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure malformed-response 10.0.0.1:22 "malformed HTTP response" excerpt="SSH-2.0-OpenSSH_9.2"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
