package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-insecure-session", Title: "A session cookie without protection", Family: Cookie, Severity: exchange.SeverityInfo,
	PerHost:   true,
	Explain:   "A session cookie is as good as a password. HttpOnly keeps it from scripts that were injected, Secure from plain HTTP, SameSite from requests that other sites trigger.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Add HttpOnly, Secure and SameSite.",
	Spec:      "https://owasp.org/www-project-secure-headers/",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		now, _ := c.Now()
		ks := c.cookiesThat(func(k *storedCookie) bool {
			return k.Refusal == "" && sessionName(k.Name) && !k.deleted(now) && k.unprotected(c.cookieConnection()) != nil
		})
		if ks == nil {
			return nil
		}
		missing := ks[0].unprotected(c.cookieConnection())
		return c.cookieFinding(ks, &Finding{
			Verdict: fmt.Sprintf("Session cookie %s lacks %s.", ks[0].label(), strings.Join(missing, " and ")),
			Short:   clip("session lacks "+missing[0], shortCells),
			Fix:     exchange.Fix{Server: exchange.Advice{Text: "Add what is missing:", Copy: ks[0].cookieLine(nil, missing...)}},
		})
	},
	Examples: []Example{
		{Name: "none", Finds: "Session cookie sid lacks HttpOnly and Secure and SameSite=Lax", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Path=/`},
		{Name: "http", Finds: "lacks HttpOnly", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: JSESSIONID=abc; SameSite=Lax`},
		{Name: "protected", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Secure; HttpOnly; SameSite=Strict`},
		{Name: "theme", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: theme=dark`},
		{Name: "csrf", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: XSRF-TOKEN=abc`},
		{Name: "deleted", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=; Max-Age=0`},
	},
})
