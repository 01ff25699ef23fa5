package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "bad-request", Title: "The server does not accept the request", Family: Content, Severity: exchange.SeverityError,
	Fallback:  true,
	Explain:   "The server says that the request is wrong but not in a form that names the place.",
	FixClient: "Read what the server says, and compare the request with the documentation.",
	FixServer: "Say in the body what is wrong, e.g. as application/problem+json.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-client-error-4xx",
	When: when(status4xx, func(x *exchange.Exchange) bool {
		if !received(x) {
			return false
		}
		switch s := x.Response.Status; s {
		case 401, 403, 404, 405, 410, 415, 416, 429:
			return false
		default:
			return s >= 400 && s < 500
		}
	}),
	Check: func(c *Case) *Finding {
		if c.expectedError() || c.Links.Settled != nil && c.X.Request.Header.Has("If-Match") {
			return nil // lost-update-conflict tells of the latter
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s answered %s to %s %s%s.", c.Host(), c.Status(), c.X.Request.Method, clip(pathOf(c.X.URL), 60), c.quote()),
			Short:    clip(c.Status(), shortCells),
			Evidence: []exchange.Evidence{c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Read what the server says, and compare the request with the documentation:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Say in the body what is wrong:", Copy: "Content-Type: application/problem+json"},
			},
		}
		if m := c.errorMessage(); m != "" {
			f.Short = clip(m, shortCells)
		}
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		if c.X.Response.Status == http.StatusPreconditionFailed && c.X.Request.Header.Get("If-None-Match") == "*" {
			// A lock, or the making of what must be new: the answer is the one asked for.
			f.Severity, f.Short = exchange.SeverityInfo, "exists already"
			f.Verdict = fmt.Sprintf("%s exists already: If-None-Match: * wants it made only if it does not.", clip(c.Path(), 60))
			f.Evidence = append(f.Evidence, c.requestField("If-None-Match", ""))
			f.Fix = exchange.Fix{
				Client: exchange.Advice{Text: "Read it, or take another name:", Copy: curl(http.MethodGet, c.X.URL)},
				Server: exchange.Advice{Text: "Nothing to change."},
			}
		}
		c.settled(f)
		return f
	},
	Examples: []Example{
		{Name: "message", Finds: "answered 400 Bad Request to GET /items/7: \"id is odd\".", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"message":"id is odd"}`},
		{Name: "conflict", Finds: "409 Conflict", HTTP: `> PUT http://api.test/items/7 HTTP/1.1
< HTTP/1.1 409 Conflict`},
		{Name: "only-new", Finds: "/locks/a exists already: If-None-Match: *", HTTP: `> PUT http://api.test/locks/a HTTP/1.1
> If-None-Match: *
< HTTP/1.1 412 Precondition Failed`},
		{Name: "settled", On: 1, Finds: "The client succeeded in #3.", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> PATCH http://files.test/uploads/7 HTTP/1.1
> Upload-Offset: 0
< HTTP/1.1 409 Conflict
* took 3ms
* at 2026-11-22T14:00:00.1Z
* client 127.0.0.1:5000
> HEAD http://files.test/uploads/7 HTTP/1.1
< HTTP/1.1 200 OK
< Upload-Offset: 5
* took 3ms
* at 2026-11-22T14:00:00.2Z
* client 127.0.0.1:5000
> PATCH http://files.test/uploads/7 HTTP/1.1
> Upload-Offset: 5
< HTTP/1.1 204 No Content
< Upload-Offset: 9`},
		{Name: "ok", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})

// settled says that the client itself got over the refusal of the state that it
// had assumed: that is how conditional and resumed requests work.
func (c *Case) settled(f *exchange.Finding) {
	if next := c.Links.Settled; next != nil {
		f.Severity, f.Related = exchange.SeverityInfo, append(f.Related, next.ID)
		f.Verdict += fmt.Sprintf(" The client succeeded in #%d.", next.ID)
		f.Evidence = append(f.Evidence, sequence(next, "the same URL", next.Request.Method, statusText(next.Response)))
	}
}
