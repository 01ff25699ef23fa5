package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-acac-invalid", Title: "The response does not allow credentials", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "For a request with cookies a browser demands Access-Control-Allow-Credentials: true, in exactly this spelling.",
	FixClient: "Leave the cookies out if the API does not need them.",
	FixServer: "Send Access-Control-Allow-Credentials: true.",
	Spec:      fetchCORS,
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsCredentials)
		if k == nil {
			return nil
		}
		got := "is absent"
		if k.Value != "" {
			got = fmt.Sprintf("is %q", k.Value)
		}
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("The request carries cookies, but Access-Control-Allow-Credentials %s; it must be true.", got),
			Short:    "CORS: cookies not allowed",
			Evidence: []exchange.Evidence{c.requestField("Cookie", "credentials are included"), c.responseField("Access-Control-Allow-Credentials", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "If the API needs no cookies, leave them out:", Copy: "fetch(url, {credentials: 'omit'})"},
				Server: c.allowCORS("Allow credentials:", c.corsLeave()),
			},
		})
	},
	Examples: []Example{
		{Name: "capital", Finds: `is "True"`, HTTP: `> GET http://api.test/me HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Cookie: sid=abc
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: http://page.test
< Access-Control-Allow-Credentials: True`},
		{Name: "no-cookie", HTTP: `> GET http://api.test/me HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: http://page.test`},
	},
})
