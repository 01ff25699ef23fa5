package rules

import (
	"errors"
	"fmt"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "jwt-unparsable", Title: "The token is damaged", Family: Auth, Severity: exchange.SeverityError,
	Explain:   "A JSON Web Token is three parts of base64url, separated by dots. This one begins like one and cannot be read; no server can accept it.",
	FixClient: "Take the token anew, as a whole and unchanged.",
	FixServer: "Nothing: no server can read this token.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc7519.html#section-7.2",
	When: when(status4xx|sendsAuthorization, func(x *exchange.Exchange) bool {
		return received(x) && x.Request.Header.Has("Authorization") && (x.Response.Status == 400 || x.Response.Status == 401 || x.Response.Status == 403)
	}),
	Check: func(c *Case) *Finding {
		if c.Links.Answer != nil || malformedCredentials(c.X.Request.Header.Get("Authorization")) != "" {
			return nil
		}
		for _, t := range c.Tokens() {
			var broken *content.JWTError
			if t.Cookie != "" || !errors.As(t.Err, &broken) || broken.Kind == content.JWTEncrypted {
				continue
			}
			return &Finding{
				Verdict:  fmt.Sprintf("The token is damaged: %s.", broken.Message),
				Short:    clip("token "+word(broken.Kind == content.JWTTruncated, "cut off", "damaged")+": "+string(broken.Kind), shortCells),
				Evidence: []exchange.Evidence{c.requestField(t.Field, fmt.Sprintf("%d characters", len(t.Token))), c.statusLine("")},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Take the token anew, as a whole:", Copy: c.curl("-H", "Authorization: Bearer YOUR_TOKEN")},
					Server: exchange.Advice{Text: "Nothing: no server can read this token."},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "cut", Finds: "The token is damaged: the claims part is cut off", HTTP: malformed("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0M.c2ln")},
		{Name: "two-parts", Finds: "the token has 2 parts", HTTP: malformed("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9")},
		{Name: "readable", Also: []string{"auth-rejected"}, HTTP: malformed("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2ln")},
		{Name: "encrypted", Also: []string{"auth-rejected"}, HTTP: malformed("Bearer eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0.a.b.c.d")},
	},
})
