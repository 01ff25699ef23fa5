package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "created-safe-method", Title: "A safe method created something", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "GET and HEAD are safe: browsers, crawlers and caches send them ahead of time and again. 201 says that the request created a resource.",
	FixClient: "Send the request once, and only on purpose.",
	FixServer: "Create by POST or PUT.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-safe-methods",
	When:      apiStatus(201),
	Check: func(c *Case) *Finding {
		if m := c.X.Request.Method; m != "GET" && m != "HEAD" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s created a resource, though %s is a method that changes nothing.", clip(c.endpointOf(), 70), c.X.Request.Method),
			Short:    c.X.Request.Method + " answered 201",
			Evidence: []exchange.Evidence{c.requestLine(""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send the request once, and only on purpose."},
				Server: exchange.Advice{Text: "Create by POST, or answer 200 if nothing was created:", Copy: "POST " + clip(c.Path(), 80)},
			},
		}
	},
	Examples: []Example{
		{Name: "get", Finds: "GET /items/new created a resource", HTTP: `> GET http://api.test/items/new HTTP/1.1
< HTTP/1.1 201 Created
< Location: /items/7`},
		{Name: "post", HTTP: `> POST http://api.test/items HTTP/1.1
< HTTP/1.1 201 Created
< Location: /items/7`},
	},
})
