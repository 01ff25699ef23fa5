package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "precondition-required", Title: "The server wants a precondition", Family: Method, Severity: exchange.SeverityError,
	Explain:   "428 asks the client to say which version it changes, so that it does not overwrite another's change unseen.",
	FixClient: "Read the resource, and send its ETag in If-Match.",
	FixServer: "Nothing: the answer asks for it.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6585.html#section-3",
	When:      status(428),
	Check: func(c *Case) *Finding {
		return &Finding{
			Verdict:  fmt.Sprintf("%s changes %s only with If-Match.", c.Host(), clip(pathOf(c.X.URL), 60)),
			Short:    "If-Match missing",
			Evidence: []exchange.Evidence{c.requestField("If-Match", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send the ETag that came with the resource:", Copy: c.curl("-H", `If-Match: "ETAG"`)},
				Server: exchange.Advice{Text: "Nothing: the answer asks for it."},
			},
		}
	},
	Examples: []Example{
		{Name: "put", Finds: "api.test changes /items/7 only with If-Match", Also: []string{"bad-request"}, HTTP: `> PUT http://api.test/items/7 HTTP/1.1
< HTTP/1.1 428 Precondition Required`},
		{Name: "taken", HTTP: quietExample},
	},
})
