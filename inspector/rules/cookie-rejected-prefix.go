package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-rejected-prefix", Title: "The prefix of a cookie's name demands more", Family: Cookie, Severity: exchange.SeverityError,
	Explain:   "Names that begin with __Host-, __Secure-, __Http- or __Host-Http- promise how the cookie was set. Browsers drop the cookie if its attributes break the promise, in any case of the letters.",
	FixClient: "Use the https URL if the site has one.",
	FixServer: "Add what the prefix demands, or choose a name without it.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		ks := c.refused(refusedPrefix)
		if ks == nil {
			return nil
		}
		k := ks[0]
		add, without := []string{"Secure"}, []string{"Secure"}
		if lower := strings.ToLower(k.Name); strings.HasPrefix(lower, "__host-") {
			add, without = append(add, "Path=/"), append(without, "Path", "Domain")
		}
		if strings.Contains(strings.ToLower(k.Name), "http-") {
			add, without = append(add, "HttpOnly"), append(without, "HttpOnly")
		}
		return c.refusal(ks, &Finding{
			Verdict:  fmt.Sprintf("The browser drops cookie %s: %s.", k.label(), k.Detail),
			Short:    "cookie prefix not kept",
			Evidence: []exchange.Evidence{c.requestLine("")},
			Fix:      exchange.Fix{Server: exchange.Advice{Text: "Set it over https with all that its name promises:", Copy: k.cookieLine(without, add...)}},
		})
	},
	Examples: []Example{
		{Name: "no-path", Finds: "__Host- demands Path=/", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: __Host-sid=abc; Secure`},
		{Name: "domain", Finds: "demands no Domain", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: __Host-sid=abc; Secure; Path=/; Domain=app.test`},
		{Name: "http", Finds: "demands an https URL", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: __Secure-sid=abc; Secure`},
		{Name: "not-secure", Finds: "__Secure- demands Secure", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: __secure-sid=abc`},
		{Name: "http-only", Finds: "__Http- demands HttpOnly", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: __Http-sid=abc; Secure`},
		{Name: "no-name", Finds: "demands a name, Secure, Path=/", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: =__Host-sid`},
		{Name: "kept", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: __Host-sid=abc; Secure; HttpOnly; SameSite=Lax; Path=/`},
		{Name: "localhost", HTTP: `> GET http://localhost:3000/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: __Host-sid=abc; Secure; HttpOnly; SameSite=Lax; Path=/`},
	},
})
