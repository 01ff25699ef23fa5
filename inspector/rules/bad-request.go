package rules

import (
	"fmt"

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
		case 401, 403, 404, 405, 410, 415, 429:
			return false
		default:
			return s >= 400 && s < 500
		}
	}),
	Check: func(c *Case) *Finding {
		if c.expectedError() {
			return nil
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
		return f
	},
	Examples: []Example{
		{Name: "message", Finds: "answered 400 Bad Request to GET /items/7: \"id is odd\".", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"message":"id is odd"}`},
		{Name: "conflict", Finds: "409 Conflict", HTTP: `> PUT http://api.test/items/7 HTTP/1.1
< HTTP/1.1 409 Conflict`},
		{Name: "ok", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})
