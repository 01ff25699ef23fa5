package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "bearer-error", Title: "The server says what is wrong with the token", Family: Auth, Severity: exchange.SeverityError,
	Explain:   "The challenge of a server that takes Bearer tokens names the error: invalid_request, invalid_token or insufficient_scope.",
	FixClient: "Get a token with the scopes that are asked for.",
	FixServer: "Nothing: the answer says what is wrong.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1",
	When: when(status4xx|status5xx, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status >= 400 && x.Response.Header.Has("WWW-Authenticate")
	}),
	Check: func(c *Case) *Finding {
		code, params := bearerError(c.X.Response.Header)
		if code == "" || c.credentials() == nil || c.Links.Answer != nil {
			return nil
		}
		now, _ := c.Now()
		if code == "invalid_token" && expiredToken(c.Tokens(), now) != nil {
			return nil // jwt-expired says it with the time
		}
		if early, _, _ := earlyToken(c.Tokens(), now); code == "invalid_token" && early != nil && now.Unix() > 0 {
			return nil // so does jwt-not-yet-valid
		}
		if claim, _ := c.refusedClaim(); claim != "" && slices.ContainsFunc(c.sentTokens(), readable) && code == "invalid_token" {
			return nil // jwt-wrong-audience-or-issuer says it with the value
		}
		said := bearerMeaning[code]
		if d := params["error_description"]; d != "" {
			said = clip(d, 100)
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The server rejects the token: %s (%s).", strings.TrimSuffix(said, "."), clip(code, 30)),
			Short:    clip(strings.ReplaceAll(code, "_", " "), shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("WWW-Authenticate", ""), c.requestField("Authorization", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Get a new token and send it:", Copy: c.curl("-H", "Authorization: Bearer YOUR_TOKEN")},
				Server: exchange.Advice{Text: "Nothing: the answer says what is wrong."},
			},
		}
		if code == "use_dpop_nonce" {
			c.wantsNonce(f)
		}
		if missing := missingScopes(c, params["scope"]); missing != "" {
			f.Verdict = strings.TrimSuffix(f.Verdict, ".") + "; missing: " + missing + "."
			f.Fix.Client.Text = "Ask for a token with the scope " + missing + ":"
		}
		return f
	},
	Examples: []Example{
		{Name: "scope", Finds: "does not cover this request (insufficient_scope); missing: items:write", Also: []string{"forbidden"}, HTTP: `> POST http://api.test/items HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 403 Forbidden
< WWW-Authenticate: Bearer error="insufficient_scope", scope="items:write"`},
		{Name: "description", Finds: "The token was revoked (invalid_token)", HTTP: `> GET http://api.test/items HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="The token was revoked"`},
		{Name: "dpop-nonce", Finds: "The server wants its nonce in the DPoP proof (use_dpop_nonce)", HTTP: `> GET http://api.test/items HTTP/1.1
> Authorization: DPoP 2YotnFZFEjr1zCsicMWpAA
> DPoP: eyJh.eyJo.c2ln
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"
< DPoP-Nonce: eyJ7S_zG.eyJH0-Z.HX4w-7v`},
		{Name: "no-error", Also: []string{"auth-rejected"}, HTTP: `> GET http://api.test/items HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer`},
	},
})

// readable reports whether t, which is no cookie, shows its claims.
func readable(t content.FoundJWT) bool { return t.JWT != nil && t.Cookie == "" }

// wantsNonce words f for a server that wants its nonce in the proof (RFC 9449
// section 9): no token is refused, and clients are to try again.
func (c *Case) wantsNonce(f *Finding) {
	f.Verdict = "The server wants its nonce in the DPoP proof (use_dpop_nonce); the token is not refused."
	f.Fix.Client = exchange.Advice{Text: "Send it again with a new proof that has the server's nonce among its claims."}
	if nonce := c.X.Response.Header.Get("DPoP-Nonce"); nonce != "" {
		f.Fix.Client.Text = "Send it again with a new proof that has this among its claims:"
		f.Fix.Client.Copy = fmt.Sprintf(`"nonce": %q`, clip(nonce, 100))
		return
	}
	f.Fix.Server = exchange.Advice{Text: "Send the nonce:", Copy: "DPoP-Nonce: NONCE"}
}

var bearerMeaning = map[string]string{
	"invalid_request":    "the request is malformed, or carries the token twice",
	"invalid_token":      "it is expired, revoked, malformed or meant for another server",
	"insufficient_scope": "its scope does not cover this request",
}

// missingScopes are the wanted scopes that the token, if it can be read, lacks.
func missingScopes(c *Case, wanted string) string {
	var has []string
	for _, t := range c.Tokens() {
		if t.JWT != nil {
			has = append(has, strings.Fields(t.JWT.Scope)...)
		}
	}
	missing := slices.DeleteFunc(strings.Fields(wanted), func(s string) bool { return slices.Contains(has, s) })
	return clip(strings.Join(missing, " "), 60)
}
