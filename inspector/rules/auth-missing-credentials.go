package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "auth-missing-credentials", Title: "No credentials were sent", Family: Auth, Severity: exchange.SeverityError,
	Explain: "401 asks who the client is. The request carries no Authorization, no cookie and no API key, so the server could not know. " +
		"WWW-Authenticate names the schemes that it accepts.",
	FixClient: "Send credentials.",
	FixServer: "Name the accepted scheme in WWW-Authenticate.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-401-unauthorized",
	When:      status(401),
	Check: func(c *Case) *Finding {
		sent := c.credentials()
		if c.CORS() != nil && c.CORS().Preflight || len(sent) > 0 && !c.onlyCookie(sent) ||
			c.Links.Answer != nil || lostAuthorization(c) != nil || c.maySendPassword() {
			return nil
		}
		if u := c.unsentSession(); u != nil && u.confidence != exchange.Possible {
			return nil // cookie-session-not-sent says why
		}
		wants, scheme, server := "", "Bearer", exchange.Advice{Text: "Name the scheme that is accepted:", Copy: `WWW-Authenticate: Bearer realm="` + c.Host() + `"`}
		if cs := challenges(c.X.Response.Header); len(cs) > 0 {
			scheme = cs[0].Scheme
			wants = "; the server wants " + cs[0].Scheme
			if r := cs[0].Params["realm"]; r != "" {
				wants += fmt.Sprintf(" (realm %s)", clip(r, 40))
			}
			server = exchange.Advice{Text: "Nothing is wrong if this resource is protected. See that no gateway drops the field:", Copy: "proxy_set_header Authorization $http_authorization;"}
		}
		f := &Finding{
			Verdict: fmt.Sprintf("No credentials were sent to %s%s.", c.Host(), wants),
			Short:   "no credentials sent",
			Evidence: []exchange.Evidence{
				c.requestField("Authorization", ""), c.requestField("Cookie", ""), c.statusLine(""), c.responseField("WWW-Authenticate", ""),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send credentials:", Copy: c.curl(curlCredentials(scheme)...)},
				Server: server,
			},
		}
		if len(sent) > 0 {
			// The cookie may be a session that the server no longer takes.
			f.Confidence = exchange.Likely
			f.Verdict = fmt.Sprintf("Likely: no %s credentials were sent to %s; only the cookie was, and the server wants %s.", scheme, c.Host(), scheme)
			if strings.EqualFold(scheme, "Bearer") {
				f.Verdict = fmt.Sprintf("Likely: no Bearer token was sent to %s; only the cookie session.", c.Host())
			}
			f.Short = clip("no "+scheme+" credentials sent", shortCells)
		}
		return f
	},
	Examples: []Example{
		{Name: "challenge", Finds: "the server wants Bearer (realm api)", HTTP: `> GET http://api.test/me HTTP/1.1
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer realm="api"`},
		{Name: "basic", Finds: "wants Basic", HTTP: `> GET http://api.test/me HTTP/1.1
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Basic realm="staff, only", charset="UTF-8"`},
		{Name: "digest", Finds: "wants Digest (realm cam)", HTTP: `> GET http://cam.test/live HTTP/1.1
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Digest realm="cam", nonce="abc", qop="auth,auth-int", algorithm=SHA-256`},
		{Name: "no-challenge", Finds: "No credentials were sent to api.test", HTTP: `> GET http://api.test/me HTTP/1.1
< HTTP/1.1 401 Unauthorized`},
		{Name: "api-key", Also: []string{"auth-rejected"}, HTTP: `> GET http://api.test/me HTTP/1.1
> X-Api-Key: abc
< HTTP/1.1 401 Unauthorized`},
		{Name: "jwt-in-the-query", Also: []string{"jwt-expired"}, HTTP: "> GET http://api.test/events?jwt=" + jwtSent + " HTTP/1.1\n< HTTP/1.1 401 Unauthorized\n< Date: Sun, 22 Nov 2026 14:17:22 GMT"},
		{Name: "only-a-cookie", Finds: "no Bearer token was sent to api.test; only the cookie session", HTTP: `> GET http://api.test/me HTTP/1.1
> Cookie: sid=1
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer realm="api"`},
		{Name: "login", Also: []string{"login-refused"}, HTTP: `> POST http://forge.test/login HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

u=admin&p=wrong&in=Login
< HTTP/1.1 401 Unauthorized`},
		{Name: "cookie", Also: []string{"auth-rejected"}, HTTP: `> GET http://api.test/me HTTP/1.1
> Cookie: sid=1
< HTTP/1.1 401 Unauthorized`},
	},
})

// onlyCookie reports whether nothing but a cookie was sent where the server
// names a scheme of Authorization that it takes.
func (c *Case) onlyCookie(sent []string) bool {
	cs := challenges(c.X.Response.Header)
	return len(sent) == 1 && strings.EqualFold(sent[0], "Cookie") && len(cs) > 0 && cs[0].Params["error"] == "" && !strings.EqualFold(cs[0].Scheme, "Cookie")
}
