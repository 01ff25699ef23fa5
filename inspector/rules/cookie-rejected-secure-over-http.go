package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-rejected-secure-over-http", Title: "A Secure cookie comes over plain HTTP", Family: Cookie, Severity: exchange.SeverityError,
	Explain:   "A cookie with Secure may only be set and sent over TLS. Browsers drop one that comes over http. Only localhost is exempt.",
	FixClient: "Use the https URL, or localhost while developing.",
	FixServer: "Serve the site over https; set Secure only there.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		ks := c.refused(refusedSecure)
		if ks == nil {
			return nil
		}
		k := ks[0]
		target := "https" + strings.TrimPrefix(c.X.URL, "http")
		return c.refusal(ks, &Finding{
			Verdict:  fmt.Sprintf("The browser drops cookie %s: it is Secure, but %s was reached over plain HTTP.", k.label(), c.Host()),
			Short:    "Secure cookie over http",
			Evidence: []exchange.Evidence{c.requestLine("not https")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Use the https URL, or localhost while developing:", Copy: curl(c.X.Request.Method, target)},
				Server: exchange.Advice{Text: "Serve the site over https. For plain HTTP leave Secure out:", Copy: k.cookieLine([]string{"Secure", "SameSite"}, "SameSite=Lax")},
			},
		})
	},
	Examples: []Example{
		{Name: "http", Finds: "drops cookie sid: it is Secure", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Secure; HttpOnly`},
		{Name: "none", Finds: "over plain HTTP", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; SameSite=None; Secure`},
		{Name: "https", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Secure; HttpOnly; SameSite=Lax`},
		{Name: "localhost", HTTP: `> GET http://localhost:3000/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Secure; HttpOnly; SameSite=Lax`},
		{Name: "behind-tls", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> X-Forwarded-Proto: https
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Secure; HttpOnly; SameSite=Lax`},
		{Name: "not-a-browser", Finds: "no browser", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: curl/8.5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Secure`},
	},
})
