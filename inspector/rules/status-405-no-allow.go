package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "status-405-no-allow", Title: "405 does not list the methods", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "A server that answers 405 must list in Allow the methods that the resource takes.",
	FixClient: "Look the methods up in the documentation.",
	FixServer: "Send Allow with every 405.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-405-method-not-allowed",
	When:      apiStatus(405),
	Check: func(c *Case) *Finding {
		if c.X.Response.Header.Has("Allow") {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The 405 to %s does not list the methods that are allowed.", clip(c.endpointOf(), 70)),
			Short:    "405 without Allow",
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Allow", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Ask for them:", Copy: curl("OPTIONS", c.X.URL)},
				Server: exchange.Advice{Text: "List the methods of the resource:", Copy: "Allow: GET, HEAD, OPTIONS"},
			},
		}
	},
	Examples: []Example{
		{Name: "none", Finds: "The 405 to DELETE /items/{id} does not list", Also: []string{"method-not-allowed"}, HTTP: `> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 405 Method Not Allowed`},
		{Name: "listed", Also: []string{"method-not-allowed"}, HTTP: `> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 405 Method Not Allowed
< Allow: GET`},
	},
})
