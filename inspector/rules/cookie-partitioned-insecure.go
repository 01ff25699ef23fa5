package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-partitioned-insecure", Title: "A partitioned cookie without TLS", Family: Cookie, Severity: exchange.SeverityError,
	Explain:   "A cookie with Partitioned needs Secure and TLS. Browsers drop it otherwise, without a message in their tools.",
	FixClient: "Use the https URL if the site has one.",
	FixServer: "Add Secure, or leave Partitioned out.",
	Spec:      "https://developer.mozilla.org/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		ks := c.refused(refusedPartitioned)
		if ks == nil {
			return nil
		}
		k := ks[0]
		what := "Partitioned without Secure"
		if k.Secure {
			what = "Partitioned needs https, and " + c.Host() + " was reached over plain HTTP"
		}
		return c.refusal(ks, &Finding{
			Verdict: fmt.Sprintf("The browser drops cookie %s without a word: %s.", k.label(), what),
			Short:   "Partitioned lacks Secure",
			Fix: exchange.Fix{
				Server: exchange.Advice{Text: "Serve it over https with Secure:", Copy: k.cookieLine([]string{"Secure", "SameSite", "Partitioned"}, "SameSite=None", "Secure", "Partitioned")},
			},
		})
	},
	Examples: []Example{
		{Name: "https", Finds: "drops cookie sid without a word", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Partitioned`},
		{Name: "http", Finds: "reached over plain HTTP", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; Partitioned; Secure`},
		{Name: "secure", HTTP: `> GET https://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=None; Secure; Partitioned`},
	},
})
