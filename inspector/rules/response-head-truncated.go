package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "response-head-truncated", Title: "The response broke off in its header", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The server closed the connection before the empty line that ends the header section. It crashed, or its end of line or status line is not that of HTTP.",
	FixClient: "Repeat the request; look at what comes.",
	FixServer: "Look for a crash while the response was written.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-handling-incomplete-message",
	When:      failed(exchange.ResponseHeadTruncated),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("%s closed the connection in the middle of the response's header.", c.Host()), "closed within the header",
			exchange.Advice{Text: "Look at what comes:", Copy: c.curl("--http0.9", "--output", "-")},
			exchange.Advice{Text: "Look for a crash at this time:", Copy: c.journal() + " | grep -iE 'killed|segfault|panic'"},
		)
	},
	Examples: []Example{
		{Name: "cut", Finds: "api.test closed the connection in the middle", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure response-head-truncated 10.0.0.1:80 "closed the connection in the middle of the response head"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
