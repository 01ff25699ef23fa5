package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "forbidden", Title: "The server refuses the request", Family: Auth, Severity: exchange.SeverityError, Fallback: true,
	Explain:   "403 says that the server understood the request and refuses it. Other than with 401, logging in again does not help unless as somebody else.",
	FixClient: "See whether this account, key or address has the right that is needed.",
	FixServer: "Say in the body which right is missing.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-403-forbidden",
	When:      status(403),
	Check: func(c *Case) *Finding {
		f := &Finding{
			Verdict:  fmt.Sprintf("%s refuses %s %s%s.", c.Host(), c.X.Request.Method, clip(pathOf(c.X.URL), 60), c.quote()),
			Short:    "403: refused",
			Evidence: []exchange.Evidence{c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "See whether another account has the right:", Copy: c.curl("-H", "Authorization: Bearer YOUR_TOKEN")},
				Server: exchange.Advice{Text: "Say in the body which right is missing."},
			},
		}
		if names := c.credentials(); names == nil {
			f.Verdict = f.Verdict[:len(f.Verdict)-1] + "; no credentials were sent."
			f.Evidence = append(f.Evidence, c.requestField("Authorization", ""))
		}
		if g := c.Gateway(); g != nil {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: g.Part, Name: "made by " + g.Generator, Value: g.Proof, Note: "the application was not asked"})
		}
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		return f
	},
	Examples: []Example{
		{Name: "message", Finds: `api.test refuses DELETE /items/7: "admins only".`, HTTP: `> DELETE http://api.test/items/7 HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"message":"admins only"}`},
		{Name: "anonymous", Finds: "no credentials were sent", HTTP: `> GET http://api.test/admin HTTP/1.1
< HTTP/1.1 403 Forbidden`},
		{Name: "allowed", HTTP: `> GET http://api.test/admin HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})
