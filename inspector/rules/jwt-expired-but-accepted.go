package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "jwt-expired-but-accepted", Title: "An expired token was not refused", Family: Auth, Severity: exchange.SeverityInfo,
	Explain:   "The token had expired by the server's own clock, and the answer is a success. Either the resource is open to everybody, or the server does not check exp.",
	FixClient: "Refresh the token: the next server may check it.",
	FixServer: "Check exp on every request to a protected resource.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.4",
	When: when(status200|status2xx|sendsAuthorization, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status >= 200 && x.Response.Status < 300 && x.Request.Header.Has("Authorization")
	}),
	Check: func(c *Case) *Finding {
		now, fromServer := c.Now()
		token := expiredToken(c.Tokens(), now)
		if token == nil || token.Cookie != "" || !fromServer || c.X.Response.Header.Has("Age") || strings.EqualFold(token.Field, "DPoP") {
			return nil
		}
		ago := now.Sub(*token.JWT.Exp)
		if ago < jwtLeeway {
			return nil
		}
		return &Finding{
			Confidence: exchange.Possible,
			Verdict:    fmt.Sprintf("Does the server check this token? It expired %s before, and the answer is %s.", duration(ago), c.Status()),
			Short:      clip("expired token taken: "+short(ago), shortCells),
			Evidence: []exchange.Evidence{
				c.requestField(token.Field, ""), {Part: exchange.RequestHeader, Name: "claims", Value: claims(token.JWT, now), Note: "from the token"}, c.responseField("Date", "the server's clock"),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "See whether the resource needs a token at all:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Check exp on every request to a protected resource."},
			},
		}
	},
	Examples: []Example{
		{Name: "taken", Finds: "It expired 2 h 13 min before, and the answer is 200 OK", HTTP: jwtRequest + `< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:17:22 GMT`},
		{Name: "refused", Also: []string{"jwt-expired"}, HTTP: jwtRequest + `< HTTP/1.1 401 Unauthorized
< Date: Sun, 22 Nov 2026 14:17:22 GMT`},
		{Name: "valid", HTTP: jwtRequest + `< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 11:30:00 GMT`},
	},
})
