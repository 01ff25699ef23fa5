package rules

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "jwt-not-yet-valid", Title: "The access token is not valid yet", Family: Auth, Severity: exchange.SeverityError,
	Explain: "A JSON Web Token must not be accepted before the time in its claim nbf, and some servers refuse one that was issued (iat) in their future. " +
		"Usually the clocks of the two servers differ. The signature was not checked.",
	FixClient: "Nothing, unless the client makes its tokens itself: then set its clock.",
	FixServer: "Synchronise the clocks, and allow a minute of leeway.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.5",
	When:      status(400, 401, 403),
	Check: func(c *Case) *Finding {
		code, _ := bearerError(c.X.Response.Header)
		now, fromServer := c.Now()
		if c.X.Response.Status == http.StatusBadRequest && code == "" || code == "insufficient_scope" || c.Links.Answer != nil || now.Unix() <= 0 {
			return nil
		}
		token, claim, at := earlyToken(c.sentTokens(), now)
		if token == nil {
			return nil
		}
		f := &Finding{
			Verdict: fmt.Sprintf("The access token is not valid for another %s (%s %s, time here %s).", duration(at.Sub(now)), claim, instant(at, now), instant(now, now)),
			Short:   clip("token valid in "+short(at.Sub(now)), shortCells),
			Evidence: []exchange.Evidence{
				c.tokenEvidence(token),
				{Part: exchange.RequestHeader, Name: claim, Value: instant(at, now), Note: "from the token"},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "If this machine makes the token, check its clock:", Copy: "timedatectl status"},
				Server: exchange.Advice{Text: "Compare the clocks of this server and of the one that issues tokens:", Copy: "chronyc tracking"},
			},
		}
		if fromServer {
			skew := now.Sub(c.answered())
			note := "its clock agrees with ours"
			if skew.Abs() > time.Minute && !c.X.Start.IsZero() {
				note = fmt.Sprintf("%s %s ours", duration(skew), word(skew > 0, "ahead of", "behind"))
			}
			f.Verdict = fmt.Sprintf("The access token is not valid for another %s (%s %s, server Date %s).", duration(at.Sub(now)), claim, instant(at, now), instant(now, now))
			f.Evidence = append(f.Evidence, c.responseField("Date", note))
		}
		if !fromServer || claim == "iat" || token.Cookie != "" || c.X.Response.Status == http.StatusForbidden || at.Sub(now) < jwtLeeway {
			f.Confidence = exchange.Likely
		}
		return f
	},
	Examples: []Example{
		{Name: "nbf", Finds: "not valid for another 4 min (nbf 14:04:00Z, server Date 14:00:00Z)", HTTP: earlyRequest + `< HTTP/1.1 401 Unauthorized
< Date: Sun, 22 Nov 2026 14:00:00 GMT`},
		{Name: "in-a-cookie", Finds: "not valid for another 4 min", HTTP: strings.Replace(earlyRequest, "Authorization: Bearer ", "Cookie: theme=dark; access_token=", 1) + `< HTTP/1.1 401 Unauthorized
< Date: Sun, 22 Nov 2026 14:00:00 GMT`},
		{Name: "in-another-cookie", Also: []string{"auth-rejected"}, HTTP: strings.Replace(earlyRequest, "Authorization: Bearer ", "Cookie: experiment=", 1) + `< HTTP/1.1 401 Unauthorized
< Date: Sun, 22 Nov 2026 14:00:00 GMT`},
		{Name: "by-now-valid", Also: []string{"auth-rejected"}, HTTP: earlyRequest + `< HTTP/1.1 401 Unauthorized
< Date: Sun, 22 Nov 2026 14:05:00 GMT`},
		{Name: "accepted", HTTP: earlyRequest + `< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:00:00 GMT`},
	},
})

// earlyRequest carries a token that is valid from 14:04:00Z to 15:04:00Z.
const earlyRequest = `> GET http://api.test/me HTTP/1.1
> Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuYmYiOjE3OTUzNTYyNDAsImV4cCI6MTc5NTM1OTg0MH0.c2lnbmF0dXJl
`

// earlyToken is a token that is not valid yet at now, with the claim that says
// so. No standard forbids a token from the future, so for iat a leeway counts.
func earlyToken(tokens []content.FoundJWT, now time.Time) (token *content.FoundJWT, claim string, at time.Time) {
	for i, t := range tokens {
		switch {
		case t.JWT == nil || t.Cookie != "" && !namesToken(t.Cookie):
		case t.JWT.Nbf != nil && now.Before(*t.JWT.Nbf):
			return &tokens[i], "nbf", *t.JWT.Nbf
		case t.JWT.Iat != nil && now.Add(jwtLeeway).Before(*t.JWT.Iat):
			return &tokens[i], "iat", *t.JWT.Iat
		}
	}
	return nil, "", at
}

func word(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
