package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-redirect-userinfo", Title: "A redirect carries a user name or password", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "Browsers refuse a cross-origin redirect whose URL holds a user name or password.",
	FixClient: "Request the final URL, with the credentials in Authorization.",
	FixServer: "Leave user name and password out of Location.",
	Spec:      "https://fetch.spec.whatwg.org/#http-redirect-fetch",
	When:      func(x *exchange.Exchange) bool { return hasOrigin(x) && isRedirect(x.Response.Status) },
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsUserinfo)
		if k == nil {
			return nil
		}
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("The browser refuses this redirect: its target %s contains a user name or password.", clip(k.Value, 80)),
			Short:    "CORS: redirect with password",
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.responseField("Location", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Request the final URL, with the credentials in Authorization:", Copy: "fetch(url, {headers: {Authorization: 'Basic …'}})"},
				Server: exchange.Advice{Text: "Leave user name and password out of Location.", Copy: c.corsCurl()},
			},
		})
	},
	Examples: []Example{
		{Name: "password", Finds: "contains a user name or password", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 302 Found
< Location: http://u:p@third.test/items
< Access-Control-Allow-Origin: *`},
		{Name: "none", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 302 Found
< Location: http://third.test/items
< Access-Control-Allow-Origin: *`},
	},
})
