package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "same-scenario-different-codes", Title: "The same error has different statuses", Family: REST, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "Clients handle errors by status. If the same error has another one elsewhere, each endpoint needs a handling of its own.",
	FixClient: "Go by the code in the content.",
	FixServer: "Map each error to one status for the whole API.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes",
	When:      jsonAnswer(400, 599),
	Check: func(c *Case) *Finding {
		y := c.Links.OtherStatus
		if y == nil {
			return nil
		}
		_, says := ErrorForm(c.X)
		other := &Case{X: y}
		return &Finding{
			Confidence: exchange.Likely,
			Related:    []exchange.ID{y.ID},
			Verdict: fmt.Sprintf("%s answers %q with %d at %s, with %d at %s (#%d).", c.Host(), excerpt(says, 60), c.X.Response.Status, c.endpointOf(),
				y.Response.Status, other.endpointOf(), y.ID),
			Short:    clip(fmt.Sprintf("%d here, %d elsewhere", c.X.Response.Status, y.Response.Status), shortCells),
			Evidence: []exchange.Evidence{c.bodyHead(c.Status()), {Exchange: y.ID, Part: exchange.ResponseBody, Name: "content", Value: other.bodyHead("").Value, Note: other.Status()}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Go by the code in the content."},
				Server: exchange.Advice{Text: "Map each error to one status; list what is used where:", Copy: "httpwhy why --report"},
			},
		}
	},
	Examples: []Example{
		{Name: "differ", Finds: `answers "USER_NOT_FOUND" with 400 at GET /orders, with 404 at GET /users/{id} (#1)`, Also: []string{"not-found", "bad-request"}, HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/users/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"code":"USER_NOT_FOUND","message":"no user 7"}
* at 2026-11-22T14:00:01Z
> GET http://api.test/orders?user=7 HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"code":"USER_NOT_FOUND","message":"no user 7"}`},
		{Name: "same", Also: []string{"not-found"}, HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/users/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"code":"USER_NOT_FOUND"}
* at 2026-11-22T14:00:01Z
> GET http://api.test/orders?user=7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"code":"USER_NOT_FOUND"}`},
	},
})
