package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "stream-reset", Title: "The server cancelled the stream", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "In HTTP/2 one exchange can be broken off without the connection (RST_STREAM), and the whole connection be given up (GOAWAY). The error code says why: REFUSED_STREAM may be repeated safely, INTERNAL_ERROR is a failure of the server.",
	FixClient: "Repeat it if its method is idempotent; try HTTP/1.1 to tell the protocol from the application.",
	FixServer: "Look for a crash or a limit at this time.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9113.html#section-7",
	When:      failed(exchange.StreamReset),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("%s broke the HTTP/2 stream off: %s.", c.Host(), trimStop(c.X.Failure.Message)), "HTTP/2 stream reset",
			exchange.Advice{Text: "Try it with HTTP/1.1:", Copy: c.curl("--http1.1")},
			exchange.Advice{Text: "Look for a crash or a limit at this time:", Copy: c.journal()},
		)
	},
	Examples: []Example{
		{Name: "reset", Finds: "api.test broke the HTTP/2 stream off: INTERNAL_ERROR", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure stream-reset 10.0.0.1:443 "INTERNAL_ERROR"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
