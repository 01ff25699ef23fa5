package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "error-shape-inconsistent", Title: "The API reports errors in different forms", Family: REST, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "A client can show errors well if it finds the message at the same place in each of them. Frameworks, gateways and handlers often have a form each.",
	FixClient: "Read the message from all forms.",
	FixServer: "Use one form for all errors, e.g. application/problem+json.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9457.html",
	When:      jsonAnswer(400, 599),
	Check: func(c *Case) *Finding {
		y := c.Links.OtherForm
		if y == nil {
			return nil
		}
		form, _ := ErrorForm(c.X)
		other, _ := ErrorForm(y)
		return &Finding{
			Related: []exchange.ID{y.ID},
			Verdict: fmt.Sprintf("%s reports errors in different forms: %s here, %s in #%d.", c.Host(), form, other, y.ID),
			Short:   "errors differ in form",
			Evidence: []exchange.Evidence{
				c.bodyHead(c.endpointOf()),
				{Exchange: y.ID, Part: exchange.ResponseBody, Name: "content", Value: (&Case{X: y}).bodyHead("").Value, Note: (&Case{X: y}).endpointOf()},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Read the message from all forms, e.g.:", Copy: "const said = e.error?.message ?? e.detail ?? e.title ?? e.message ?? e.error"},
				Server: exchange.Advice{Text: "Use one form, e.g.:", Copy: `{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "…"}`},
			},
		}
	},
	Examples: []Example{
		{Name: "differ", Finds: `{"error":{"message"}} here, {"message"} in #1`, Also: []string{"not-found", "bad-request"}, HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"message":"no such item"}
* at 2026-11-22T14:00:01Z
> POST http://api.test/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":{"code":"EMPTY","message":"name is empty"}}`},
		{Name: "same", Also: []string{"not-found", "bad-request"}, HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"message":"no such item"}
* at 2026-11-22T14:00:01Z
> POST http://api.test/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"message":"name is empty","request_id":"7"}`},
	},
})
