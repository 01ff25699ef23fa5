package rules

import (
	"fmt"
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-cross-site-blocked", Title: "A cookie for another site's page", Family: Cookie, Severity: exchange.SeverityWarning,
	Explain: "A page of one site made a request to another. Browsers then store only cookies with SameSite=None and Secure; without SameSite a cookie counts as Lax. " +
		"Blocking of third-party cookies may stop even those.",
	FixClient: "Call the API from a page of its own site, or through a path of the page's server.",
	FixServer: "Set SameSite=None with Secure, over https.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		ks := c.refused(refusedCrossSite)
		if ks == nil {
			return nil
		}
		k, by := ks[0], c.crossSite()
		what := "SameSite=" + titled(k.SameSite)
		if k.SameSite == "" {
			what = "no SameSite, which counts as Lax"
		}
		from := "a page of another site"
		if v := c.X.Request.Header.Get(by); by != "Sec-Fetch-Site" {
			from = origin(parseURL(v))
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The browser drops cookie %s: the request came from %s, and the cookie has %s.", k.label(), from, what),
			Short:    "cookie blocked: cross-site",
			Evidence: []exchange.Evidence{c.requestField(by, "another site than "+c.Host())},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Or reach the API through the page's own server, e.g. in its development server:", Copy: "proxy: { '/api': '" + origin(c.URL()) + "' }"},
				Server: exchange.Advice{Text: "Over https, allow other sites (blocking of third-party cookies may still stop it):", Copy: k.cookieLine([]string{"SameSite", "Secure"}, "SameSite=None", "Secure")},
			},
		}
		if by == "Referer" {
			f.Confidence = exchange.Likely
			f.Verdict = "Likely: " + lowerFirst(f.Verdict)
		}
		if d := c.X.Request.Header.Get("Sec-Fetch-Dest"); d != "" && d != "empty" || by == "Referer" {
			f.Severity = exchange.SeverityInfo // an image or script of another site, whose cookies the page does not need
		}
		return c.refusal(ks, f)
	},
	Examples: []Example{
		{Name: "lax", Finds: "the request came from http://page.test, and the cookie has SameSite=Lax", HTTP: `> GET http://api.other.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: http://page.test
< Set-Cookie: sid=abc; SameSite=Lax`},
		{Name: "default", Finds: "no SameSite, which counts as Lax", HTTP: `> GET https://api.other.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Sec-Fetch-Site: cross-site
> Sec-Fetch-Mode: cors
> Sec-Fetch-Dest: empty
> Origin: https://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: https://page.test
< Set-Cookie: sid=abc; Secure`},
		{Name: "image", Finds: "Likely: the browser drops cookie sid", HTTP: `> GET http://localhost/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Referer: http://page.test/
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Secure`},
		{Name: "schemes", Finds: "came from http://app.test", HTTP: `> GET https://api.app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://app.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: http://app.test
< Set-Cookie: sid=abc; Secure`},
		{Name: "same-site", HTTP: `> GET https://api.app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: https://www.app.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: https://www.app.test
< Set-Cookie: sid=abc; Secure; HttpOnly; SameSite=Lax`},
		{Name: "link", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Sec-Fetch-Site: cross-site
> Sec-Fetch-Mode: navigate
> Sec-Fetch-Dest: document
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Secure; HttpOnly; SameSite=Lax`},
		{Name: "allowed", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Sec-Fetch-Site: cross-site
> Sec-Fetch-Mode: no-cors
> Sec-Fetch-Dest: image
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Secure; HttpOnly; SameSite=None`},
		{Name: "not-a-browser", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: curl/8.5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: *
< Set-Cookie: sid=abc; HttpOnly`},
	},
})

func titled(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// parseURL returns nil for what is no URL.
func parseURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		return nil
	}
	return u
}
