package rules

import (
	"fmt"
	"net/http"
	"time"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// jwtLeeway is how much clocks may differ: most libraries allow up to a minute.
const jwtLeeway = time.Minute

var _ = rule(Rule{
	ID: "jwt-expired", Title: "The access token has expired", Family: Auth, Severity: exchange.SeverityError,
	Explain: "A JSON Web Token must not be accepted on or after the time in its claim exp. The server's own Date field says what time it was there. " +
		"The signature was not checked.",
	FixClient: "Get a new token with the refresh token, shortly before the old one expires.",
	FixServer: `Answer 401 with WWW-Authenticate: Bearer error="invalid_token", so that clients know to refresh.`,
	Spec:      "https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.4",
	When:      status(400, 401, 403),
	Check: func(c *Case) *Finding {
		if c.Links.Answer != nil {
			return nil // the client has refreshed it
		}
		code, _ := bearerError(c.X.Response.Header)
		if code != "" && code != "invalid_token" || c.X.Response.Status == http.StatusBadRequest && code == "" {
			return nil
		}
		now, fromServer := c.Now()
		token := expiredToken(c.sentTokens(), now)
		if token == nil || now.Unix() <= 0 {
			return nil
		}
		exp := token.JWT.Exp.UTC()
		ago := now.Sub(exp)
		clock := "local time"
		if fromServer {
			clock = "server Date"
		}
		f := &Finding{
			Verdict: fmt.Sprintf("The access token expired %s before this request (exp %s, %s %s).", duration(ago), instant(exp, now), clock, instant(now, now)),
			Short:   fmt.Sprintf("token expired %s ago", short(ago)),
			Evidence: []exchange.Evidence{
				c.tokenEvidence(token),
				{Part: exchange.RequestHeader, Name: "claims", Value: claims(token.JWT, now), Note: "from the token"},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Get a new token, e.g.:", Copy: "curl -X POST TOKEN_ENDPOINT -d grant_type=refresh_token -d refresh_token=YOUR_REFRESH_TOKEN"},
				Server: exchange.Advice{Text: "Tell clients to refresh:", Copy: `WWW-Authenticate: Bearer error="invalid_token", error_description="The access token expired"`},
			},
		}
		if fromServer {
			f.Evidence = append(f.Evidence, c.responseField("Date", "the server's clock"))
		}
		if c.X.Response.Header.Has("WWW-Authenticate") {
			f.Evidence = append(f.Evidence, c.responseField("WWW-Authenticate", ""))
		}
		if ago < jwtLeeway || !fromServer || c.X.Response.Status == http.StatusForbidden {
			f.Confidence = exchange.Likely
		}
		return f
	},
	Examples: []Example{
		{Name: "by-the-servers-date", Finds: "expired 2 h 13 min before this request (exp 12:04:10Z, server Date 14:17:22Z)", HTTP: jwtRequest + `< HTTP/1.1 401 Unauthorized
< Date: Sun, 22 Nov 2026 14:17:22 GMT
< WWW-Authenticate: Bearer error="invalid_token"`},
		{Name: "by-our-clock", Finds: "local time 14:17:22Z", HTTP: `* at 2026-11-22T14:17:22Z
` + jwtRequest + `< HTTP/1.1 401 Unauthorized`},
		{Name: "in-the-query", Finds: "expired 2 h 13 min before this request", HTTP: "> GET http://api.test/ws?access_token=" + jwtSent + " HTTP/1.1\n< HTTP/1.1 401 Unauthorized\n< Date: Sun, 22 Nov 2026 14:17:22 GMT"},
		{Name: "in-a-field-of-its-own", Finds: "expired 2 h 13 min before this request", HTTP: "> GET http://api.test/me HTTP/2\n> x-access-token: " + jwtSent + "\n< HTTP/2 401\n< date: Sun, 22 Nov 2026 14:17:22 GMT"},
		{Name: "in-a-field-of-its-own-with-scheme", Finds: "expired 2 h 13 min before this request", HTTP: "> GET http://api.test/me HTTP/1.1\n> X-Auth-Token: bearer " + jwtSent + "\n< HTTP/1.1 403 Forbidden\n< Date: Sun, 22 Nov 2026 14:17:22 GMT"},
		{Name: "still-valid-with-scheme", Also: []string{"auth-rejected"}, HTTP: "> GET http://api.test/me HTTP/1.1\n> X-Auth-Token: Bearer " + jwtSent + "\n< HTTP/1.1 401 Unauthorized\n< Date: Sun, 22 Nov 2026 11:30:00 GMT"},
		{Name: "against-forgery", Also: []string{"forbidden"}, HTTP: "> GET http://api.test/me HTTP/2\n> x-csrf-token: " + jwtSent + "\n< HTTP/2 403\n< date: Sun, 22 Nov 2026 14:17:22 GMT"},
		{Name: "accepted", HTTP: jwtRequest + `< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:17:22 GMT`},
		{Name: "still-valid", Also: []string{"auth-rejected"}, HTTP: jwtRequest + `< HTTP/1.1 401 Unauthorized
< Date: Sun, 22 Nov 2026 11:30:00 GMT`},
		{Name: "scope", Also: []string{"bearer-error", "forbidden"}, HTTP: jwtRequest + `< HTTP/1.1 403 Forbidden
< Date: Sun, 22 Nov 2026 14:17:22 GMT
< WWW-Authenticate: Bearer error="insufficient_scope", scope="admin"`},
	},
})

// jwtRequest carries a token that is valid from 11:04:10Z to 12:04:10Z.
const jwtSent = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJhdWQiOiJhcGkiLCJpYXQiOjE3OTUzNDU0NTAsImV4cCI6MTc5NTM0OTA1MH0.c2lnbmF0dXJl"

const jwtRequest = "> GET http://api.test/me HTTP/1.1\n> Authorization: Bearer " + jwtSent + "\n"

// expiredToken is the token that has expired at now; nil if there is none, or
// if another one in Authorization is still valid.
func expiredToken(tokens []content.FoundJWT, now time.Time) *content.FoundJWT {
	var expired *content.FoundJWT
	for i, t := range tokens {
		switch {
		case t.JWT == nil || t.JWT.Exp == nil:
		case now.Before(*t.JWT.Exp):
			if t.Cookie == "" {
				return nil
			}
		case expired == nil:
			expired = &tokens[i]
		}
	}
	return expired
}

// claims words what the token says of itself.
func claims(t *content.JWT, now time.Time) string {
	s := ""
	if t.Iss != "" {
		s += "iss " + clip(t.Iss, 40) + ", "
	}
	if t.Exp != nil {
		s += "exp " + instant(*t.Exp, now)
	}
	if t.Iat != nil && t.Exp != nil && t.Exp.After(*t.Iat) {
		s += ", lifetime " + duration(t.Exp.Sub(*t.Iat))
	}
	return s
}
