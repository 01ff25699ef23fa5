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
		c.hint(f)
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
		{Name: "locked", Finds: "423 Locked to PUT /dav/a.txt. The request has no token of the lock (If).", HTTP: `> PUT http://files.test/dav/a.txt HTTP/1.1
< HTTP/1.1 423 Locked
< Content-Type: application/xml

<?xml version="1.0"?><D:error xmlns:D="DAV:"><D:lock-token-submitted><D:href>/dav/a.txt</D:href></D:lock-token-submitted></D:error>`},
		{Name: "other-lock", Finds: "The lock has another token than the one in If.", HTTP: `> PUT http://files.test/dav/a.txt HTTP/1.1
> If: (<opaquelocktoken:1>)
< HTTP/1.1 423 Locked`},
		{Name: "account-locked", Finds: `423 Locked to POST /login: "account locked".`, HTTP: `> POST http://api.test/login HTTP/1.1
< HTTP/1.1 423 Locked
< Content-Type: application/json

{"message":"account locked"}`},
		{Name: "dependency", Finds: "It depends on another action, which failed.", HTTP: `> POST http://api.test/batch HTTP/1.1
< HTTP/1.1 424 Failed Dependency`},
		{Name: "too-early", Finds: "425 Too Early to POST /orders. It came in the early data of TLS", HTTP: `> POST https://api.test/orders HTTP/1.1
> Early-Data: 1
< HTTP/1.1 425 Too Early`},
		{Name: "upgrade", Finds: "426 Upgrade Required to GET /ws. It wants websocket here.", HTTP: `> GET http://api.test/ws HTTP/1.1
< HTTP/1.1 426 Upgrade Required
< Upgrade: websocket
< Connection: Upgrade`},
		{Name: "upgrade-tls", Finds: "It wants TLS/1.2, HTTP/1.1 here.", HTTP: `> GET http://print.test:631/ HTTP/1.1
< HTTP/1.1 426 Upgrade Required
< Upgrade: TLS/1.2, HTTP/1.1`},
		{Name: "upgrade-version", Finds: "It wants HTTP/3.0 here.", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 426 Upgrade Required
< Upgrade: HTTP/3.0`},
		{Name: "upgrade-unnamed", Finds: "It does not say to which protocol: Upgrade is missing.", HTTP: `> GET http://api.test/ws HTTP/1.1
< HTTP/1.1 426 Upgrade Required`},
		{Name: "legal", Finds: "Blocked for legal reasons by https://court.example/.", HTTP: `> GET http://films.test/7 HTTP/1.1
< HTTP/1.1 451 Unavailable For Legal Reasons
< Link: <https://court.example/>; rel="blocked-by"`},
		{Name: "legal-unnamed", Finds: "It is blocked for legal reasons, for this place or everywhere.", HTTP: `> GET http://films.test/7 HTTP/1.1
< HTTP/1.1 451 Unavailable For Legal Reasons`},
		{Name: "token-498", Finds: "The token is expired or not valid (498 is Esri's).", HTTP: `> GET http://gis.test/rest?f=json HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 498 Invalid Token`},
		{Name: "forwarded-463", Finds: "it left here with 2.", HTTP: `> GET http://api.test/ HTTP/1.1
> X-Forwarded-For: 10.0.0.1, 10.0.0.2
< HTTP/1.1 463`},
		{Name: "version-464", Finds: "if the target group speaks another version of HTTP.", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 464`},
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
