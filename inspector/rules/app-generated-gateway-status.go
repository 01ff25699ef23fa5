package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "app-generated-gateway-status", Title: "The application itself answered 502, 503 or 504", Family: Gateway, Severity: exchange.SeverityWarning, Fallback: true,
	Explain: "Gateways pass an application's own errors on unchanged, with their own Server and Via fields. This content is none of the pages that gateways make, " +
		"so the request reached the application, or a service behind it.",
	FixClient: "Read what the application says, and repeat the request later.",
	FixServer: "Look for this error in the application's log. The gateway is not the problem.",
	Spec:      rfcGateway,
	When:      status(502, 503, 504),
	Check: func(c *Case) *Finding {
		if c.Gateway() != nil || c.Text() == "" {
			return nil
		}
		f := &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("The application produced this %d itself; a gateway would have sent a page of its own.", c.X.Response.Status),
			Short:      fmt.Sprintf("%d from the application", c.X.Response.Status),
			Evidence:   []exchange.Evidence{c.statusLine(""), c.bodyHead("no gateway's page")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Read what it says and repeat the request later:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Look for this error in the application's log, not in the gateway's."},
			},
		}
		return f
	},
	Examples: []Example{
		{Name: "json", Finds: "The application produced this 502 itself", HTTP: `> POST http://api.test/pay HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
		{Name: "gateway", Also: []string{"gateway-upstream-timeout"}, HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 504 Gateway Timeout
< Content-Type: text/plain

upstream request timeout`},
		{Name: "empty", Also: []string{"server-error"}, HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Length: 0`},
	},
})
