package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-rejected-domain", Title: "The Domain of a cookie is not the server's own", Family: Cookie, Severity: exchange.SeverityError,
	Explain: "A server may set a cookie for its own host or for a domain above it, up to the part that somebody can register. Browsers drop cookies with any other Domain. " +
		"Without Domain a cookie is for this host alone.",
	FixClient: "Open the site at a host that belongs to the Domain.",
	FixServer: "Leave Domain out, or name the host or a domain above it, without port.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		ks := c.refused(refusedDomain)
		if ks == nil {
			return nil
		}
		k := ks[0]
		a, _ := k.attribute("Domain")
		return c.refusal(ks, &Finding{
			Verdict:  fmt.Sprintf("The browser drops cookie %s: Domain=%s does not fit %s; %s.", k.label(), clip(a.Value, 60), c.Host(), k.Detail),
			Short:    "cookie for another domain",
			Evidence: []exchange.Evidence{c.requestLine("the server's host is " + c.Host())},
			Fix: exchange.Fix{
				Server: exchange.Advice{Text: "Leave Domain out; the cookie is then for " + c.Host() + " alone:", Copy: k.cookieLine([]string{"Domain"})},
			},
		})
	},
	Examples: []Example{
		{Name: "other", Finds: "app.test does not belong to it", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Domain=other.test`},
		{Name: "port", Finds: "a Domain has no port", HTTP: `> GET http://app.test:8080/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Domain=app.test:8080`},
		{Name: "suffix", Finds: "a public suffix", HTTP: `> GET http://shop.co.uk/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Domain=co.uk`},
		{Name: "private-suffix", Finds: "a public suffix", HTTP: `> GET https://me.github.io/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Domain=.github.io`},
		{Name: "below", Finds: "not one below it", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Domain=api.app.test`},
		{Name: "localhost", Finds: "app.test does not belong to it", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Domain=localhost`},
		{Name: "ip", Finds: "addressed by IP", HTTP: `> GET http://127.0.0.1:3000/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Domain=app.test`},
		{Name: "url", Finds: "not a URL", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Domain=http://app.test`},
		{Name: "several", Finds: "for 1 other cookie", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: a=1; Domain=other.test
< Set-Cookie: b=2; Domain=other.test`},
		{Name: "above", HTTP: `> GET http://www.app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Domain=.app.test`},
		{Name: "itself", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Domain=APP.test`},
		{Name: "its-own-suffix", HTTP: `> GET http://localhost:8080/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Domain=localhost`},
		{Name: "gateway", HTTP: `> GET http://127.0.0.1:3000/login HTTP/1.1
> User-Agent: Mozilla/5.0
> X-Forwarded-Host: app.test
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Domain=app.test`},
	},
})
