package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "missing-request-id", Title: "A server error cannot be found in the log", Family: REST, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "An ID in the response and in the log joins a report of a user to its cause. Without it, only the time helps.",
	FixClient: "Report the time to the second.",
	FixServer: "Make an ID per request, log it, and send it with every response.",
	Spec:      "https://www.w3.org/TR/trace-context/",
	When:      statusFrom(500, 599),
	Check: func(c *Case) *Finding {
		if !apiLike(c.X) || c.Gateway() != nil {
			return nil
		}
		if _, id := c.requestID(); id != "" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The %d carries no request ID, so %s cannot find it in its log but by the time.", c.X.Response.Status, c.Host()),
			Short:    "5xx without request ID",
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("X-Request-Id", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Report the time:", Copy: c.journal()},
				Server: exchange.Advice{Text: "Send the ID that is logged, e.g. in nginx:", Copy: "add_header X-Request-Id $request_id always;"},
			},
		}
	},
	Examples: []Example{
		{Name: "none", Finds: "The 500 carries no request ID", Also: []string{"internal-server-error"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 500 Internal Server Error
< Content-Type: application/json

{"error":"boom"}`},
		{Name: "traced", Also: []string{"internal-server-error"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 500 Internal Server Error
< X-Request-Id: 4f2a
< Content-Type: application/json

{"error":"boom"}`},
	},
})
