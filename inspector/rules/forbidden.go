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
				Client: exchange.Advice{Text: "See whether another account has the right:", Copy: c.curl(c.otherCredentials()...)},
				Server: exchange.Advice{Text: "Say in the body which right is missing."},
			},
		}
		if s := signedURLOf(c.query()); s != nil {
			f.Fix.Client = exchange.Advice{Text: "Use a signed URL unchanged and with the method that it is signed for, or get a new one."}
			f.Fix.Server = exchange.Advice{Text: "Say in the body which right is missing. To sign a new URL:", Copy: s.sign}
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
		{Name: "cookie", Finds: "api.test refuses GET /admin.", HTTP: `> GET http://api.test/admin HTTP/1.1
> Cookie: sid=2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 403 Forbidden`},
		{Name: "aws", Finds: "gate.test refuses GET /prod/items", HTTP: `> GET https://gate.test/prod/items HTTP/1.1
> Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/eu-west-1/execute-api/aws4_request, SignedHeaders=host, Signature=ab12
< HTTP/1.1 403 Forbidden`},
		{Name: "signed", Finds: "store.test refuses PUT /a.jpg?", HTTP: `> PUT https://store.test/a.jpg?X-Amz-Date=20261122T140000Z&X-Amz-Expires=3600&X-Amz-Signature=ab12 HTTP/1.1
< HTTP/1.1 403 Forbidden
< Date: Sun, 22 Nov 2026 14:12:00 GMT`},
		{Name: "allowed", HTTP: `> GET http://api.test/admin HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})
