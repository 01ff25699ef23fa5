package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "content-type-missing", Title: "The content has no Content-Type", Family: Content, Severity: exchange.SeverityWarning,
	Explain:   "Servers choose the parser by Content-Type. Without it they guess, take the content for bytes or refuse it.",
	FixClient: "Say what the content is.",
	FixServer: "Answer 415 and name the types that are taken in Accept-Post or Accept-Patch.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-content-type",
	When: when(status4xx|sendsContent, func(x *exchange.Exchange) bool {
		return received(x) && (x.Response.Status == 400 || x.Response.Status == 415 || x.Response.Status == 422) &&
			x.Request.Body.Size > 0 && !x.Request.Header.Has("Content-Type")
	}),
	Check: func(c *Case) *Finding {
		kind := "application/octet-stream"
		if parseJSON(string(decoded(&c.X.Request))) != nil {
			kind = "application/json"
		}
		return &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("Likely: the server does not know what the %s of content are: Content-Type is absent.", plural(int(c.X.Request.Body.Size), "byte", "bytes")),
			Short:      "Content-Type missing",
			Evidence:   []exchange.Evidence{c.requestField("Content-Type", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Say what the content is:", Copy: c.curl("-H", "Content-Type: "+kind, "-d", "@FILE")},
				Server: exchange.Advice{Text: "Name the types that are taken:", Copy: "Accept-Post: application/json"},
			},
		}
	},
	Examples: []Example{
		{Name: "json", Finds: "Content-Type is absent", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/items HTTP/1.1

{"a":1}
< HTTP/1.1 400 Bad Request`},
		{Name: "named", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/json

{"a":1}
< HTTP/1.1 400 Bad Request`},
	},
})
