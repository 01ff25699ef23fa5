package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "jwt-alg-none", Title: "The token is not signed", Family: Auth, Severity: exchange.SeverityWarning,
	Explain:   "A token with alg none, or without a signature, proves nothing: everybody can write one. A server that takes it trusts whatever it is told.",
	FixClient: "Send the token as the identity provider signed it.",
	FixServer: "Accept only the algorithms that the identity provider signs with.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8725.html#section-3.1",
	When: when(anyStatus|sendsAuthorization, func(x *exchange.Exchange) bool {
		return received(x) && x.Request.Header.Has("Authorization") && (x.Response.Status < 300 || x.Response.Status == 400 || x.Response.Status == 401)
	}),
	Check: func(c *Case) *Finding {
		for _, t := range c.Tokens() {
			if t.JWT == nil || t.Cookie != "" || t.JWT.Signature != "" && !strings.EqualFold(t.JWT.Alg, "none") || c.Links.Answer != nil {
				continue
			}
			f := &Finding{
				Verdict: fmt.Sprintf("The token is not signed (alg %s), and the server refuses it.", clip(t.JWT.Alg, 20)),
				Short:   "token is not signed",
				Evidence: []exchange.Evidence{
					c.requestField(t.Field, ""), {Part: exchange.RequestHeader, Name: "alg", Value: clip(t.JWT.Alg, 20), Note: "from the token"}, c.statusLine(""),
				},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Send the token as the identity provider signed it:", Copy: c.curl("-H", "Authorization: Bearer YOUR_TOKEN")},
					Server: exchange.Advice{Text: "Accept only the algorithms that the identity provider signs with:", Copy: `jwt.decode(token, key, algorithms=["RS256"])`},
				},
			}
			if c.X.Response.Status < 300 {
				// The resource may be open to everybody.
				f.Severity, f.Confidence = exchange.SeverityInfo, exchange.Possible
				f.Verdict = fmt.Sprintf("Does the server check this token? It is not signed (alg %s), and the answer is %s.", clip(t.JWT.Alg, 20), c.Status())
			} else {
				f.Severity = exchange.SeverityError
				f.Confidence = exchange.Likely
				f.Verdict = "Likely: " + strings.ToLower(f.Verdict[:1]) + f.Verdict[1:]
			}
			return f
		}
		return nil
	},
	Examples: []Example{
		{Name: "refused", Finds: "Likely: the token is not signed (alg none), and the server refuses it", HTTP: malformed("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.")},
		{Name: "taken", Finds: "Does the server check this token?", HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.
< HTTP/1.1 200 OK`},
		{Name: "signed", Also: []string{"auth-rejected"}, HTTP: malformed("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2ln")},
	},
})
