package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-rejected-samesite-none-insecure", Title: "SameSite=None without Secure", Family: Cookie, Severity: exchange.SeverityError,
	Explain:   "SameSite=None lets a cookie go with requests from other sites. Browsers allow that only together with Secure, over http and https alike.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Add Secure, or leave SameSite=None out if the cookie is for this site alone.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		ks := c.refused(refusedSameSite)
		if ks == nil {
			return nil
		}
		k := ks[0]
		fix := exchange.Advice{Text: "Add Secure:", Copy: k.cookieLine([]string{"Secure"}, "Secure")}
		if !c.cookieConnection().trusted {
			fix = exchange.Advice{Text: "Serve the site over https and add Secure, or allow this site alone:", Copy: k.cookieLine([]string{"SameSite"}, "SameSite=Lax")}
		}
		return c.refusal(ks, &Finding{
			Verdict: fmt.Sprintf("The browser drops cookie %s: SameSite=None without Secure.", k.label()),
			Short:   "SameSite=None lacks Secure",
			Fix:     exchange.Fix{Server: fix},
		})
	},
	Examples: []Example{
		{Name: "https", Finds: "drops cookie sid: SameSite=None without Secure", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; SameSite=None`},
		{Name: "http", Finds: "without Secure", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; SameSite=none`},
		{Name: "secure", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=None; Secure`},
		{Name: "last-counts", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=None; SameSite=Lax`},
	},
})
