package rules

import (
	"fmt"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "idempotency-inconsistent", Title: "The same PUT or DELETE fails when repeated", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "PUT and DELETE are idempotent: repeated, they have the same effect, so clients repeat them after a lost connection. A DELETE of what is gone may answer 404 or 410.",
	FixClient: "Do not repeat it without looking at the state.",
	FixServer: "Answer the repetition as the first one, or with 404 or 410 after a DELETE.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-idempotent-methods",
	When: when(status4xx|status5xx, func(x *exchange.Exchange) bool {
		m := x.Request.Method
		return received(x) && (m == http.MethodPut || m == http.MethodDelete) && (x.Response.Status == 409 || x.Response.Status >= 500)
	}),
	Check: func(c *Case) *Finding {
		y := c.repeatOf(time.Minute)
		if y == nil || !ok(y) || y.End().After(c.X.Start) || c.Gateway() != nil || conditional(c.X) {
			return nil
		}
		return &Finding{
			Confidence: exchange.Likely,
			Related:    []exchange.ID{y.ID},
			Verdict: fmt.Sprintf("%s answered %s, and %s to the same request %s before (#%d).", clip(c.endpointOf(), 70), c.Status(), statusText(y.Response),
				duration(c.X.Start.Sub(y.Start)), y.ID),
			Short:    clip(fmt.Sprintf("%s again: %d, was %d", c.X.Request.Method, c.X.Response.Status, y.Response.Status), shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), sequence(y, "the same request before", statusText(y.Response), "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look at the state before repeating it:", Copy: curl("GET", c.X.URL)},
				Server: exchange.Advice{Text: "Answer the repetition as the first one:", Copy: "HTTP/1.1 " + statusText(y.Response)},
			},
		}
	},
	Examples: []Example{
		{Name: "delete", Finds: "DELETE /items/{id} answered 500 Internal Server Error, and 204 No Content to the same request 2 s before (#1)", Also: []string{"internal-server-error"}, HTTP: `* at 2026-11-22T14:00:00Z
> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 204 No Content
* took 10ms
* at 2026-11-22T14:00:02Z
> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 500 Internal Server Error
* took 10ms`},
		{Name: "gone", Also: []string{"not-found"}, HTTP: `* at 2026-11-22T14:00:00Z
> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 204 No Content
* took 10ms
* at 2026-11-22T14:00:02Z
> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found
* took 10ms`},
	},
})

// conditional reports whether the request has a precondition, whose result may
// well differ the second time.
func conditional(x *exchange.Exchange) bool {
	h := x.Request.Header
	return h.Has("If-Match") || h.Has("If-None-Match") || h.Has("If-Unmodified-Since")
}
