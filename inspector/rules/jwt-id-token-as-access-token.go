package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "jwt-id-token-as-access-token", Title: "An ID token was sent instead of an access token", Family: Auth, Severity: exchange.SeverityWarning,
	Explain:   "An ID token tells the client who logged in. APIs take the access token, which came with it in the same answer.",
	FixClient: "Send access_token, not id_token.",
	FixServer: "Nothing: an API must not take ID tokens.",
	Spec:      "https://openid.net/specs/openid-connect-core-1_0.html#IDToken",
	When: when(status4xx|sendsAuthorization, func(x *exchange.Exchange) bool {
		return received(x) && (x.Response.Status == 401 || x.Response.Status == 403) && x.Request.Header.Has("Authorization")
	}),
	Check: func(c *Case) *Finding {
		now, _ := c.Now()
		if c.Links.Answer != nil || now.Unix() > 0 && expiredToken(c.Tokens(), now) != nil {
			return nil
		}
		for _, t := range c.Tokens() {
			if t.JWT == nil || t.Cookie != "" {
				continue
			}
			var signs []string
			for _, claim := range []string{"nonce", "at_hash", "c_hash"} {
				if _, ok := t.JWT.Claims[claim]; ok {
					signs = append(signs, claim)
				}
			}
			if strings.EqualFold(t.JWT.Typ, "ID") {
				signs = append(signs, "typ ID")
			}
			if len(signs) == 0 {
				continue
			}
			f := &Finding{
				Confidence: exchange.Possible,
				Verdict:    fmt.Sprintf("Was the ID token sent instead of the access token? It has %s, which only ID tokens need.", strings.Join(signs, " and ")),
				Short:      "ID token as access token?",
				Evidence: []exchange.Evidence{
					c.requestField(t.Field, ""), {Part: exchange.RequestHeader, Name: "claims", Value: strings.Join(signs, ", "), Note: "from the token"}, c.statusLine(""),
				},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Send the access token:", Copy: c.curl("-H", "Authorization: Bearer ACCESS_TOKEN")},
					Server: exchange.Advice{Text: "Nothing: an API must not take ID tokens."},
				},
			}
			if len(signs) > 1 {
				f.Confidence = exchange.Likely
				f.Verdict = fmt.Sprintf("Likely: the ID token was sent instead of the access token: it has %s.", strings.Join(signs, " and "))
			}
			return f
		}
		return nil
	},
	Examples: []Example{
		{Name: "two-signs", Finds: "Likely: the ID token was sent instead of the access token: it has nonce and at_hash", HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJhdWQiOiJ3ZWIiLCJub25jZSI6Im4xIiwiYXRfaGFzaCI6IngiLCJleHAiOjE3OTUzNTk4NDB9.c2ln
< HTTP/1.1 401 Unauthorized`},
		{Name: "access-token", Also: []string{"auth-rejected"}, HTTP: webToken + `< HTTP/1.1 401 Unauthorized`},
	},
})
