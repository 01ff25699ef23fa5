package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-wildcard-with-credentials", Title: "The wildcard does not allow requests with cookies", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "For a request whose credentials mode is \"include\" the value * is not a wildcard: the server has to name the origin and allow credentials. A cookie in a cross-origin request shows that mode.",
	FixClient: "Leave the cookies out if the API does not need them.",
	FixServer: "Name the origin and send Access-Control-Allow-Credentials: true.",
	Spec:      fetchCORS,
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsWildcard)
		if k == nil {
			return nil
		}
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("The request of %s carries cookies, and Access-Control-Allow-Origin: * does not allow those.", k.Origin),
			Short:    "CORS: * with cookies",
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.requestField("Cookie", "credentials are included"), c.responseField(allowOrigin, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "If the API needs no cookies, leave them out:", Copy: "fetch(url, {credentials: 'omit'})"},
				Server: c.allowCORS("Name the origin and allow credentials:", c.corsLeave()),
			},
		})
	},
	Examples: []Example{
		{Name: "cookie", Finds: "carries cookies", HTTP: `> GET http://api.test/me HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Cookie: sid=abc
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: *`},
		{Name: "token-only", HTTP: `> GET http://api.test/me HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Authorization: Bearer abc
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: *`},
	},
})
