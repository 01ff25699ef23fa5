package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-acao-multiple", Title: "Access-Control-Allow-Origin has several values", Family: CORS, Severity: exchange.SeverityError,
	Explain: "Browsers accept exactly one value. Usually two layers add the field, e.g. the application and the gateway before it; " +
		"equal values do not help.",
	FixClient: "Nothing: the server has to send one value.",
	FixServer: "Let one layer alone add the field.",
	Spec:      fetchCORS,
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsMultiple)
		if k == nil {
			return nil
		}
		verdict := fmt.Sprintf("Access-Control-Allow-Origin has several values (%s); browsers accept exactly one.", k.Value)
		if n := len(c.X.Response.Header.Values(allowOrigin)); n > 1 {
			verdict = fmt.Sprintf("Access-Control-Allow-Origin was sent %d times (%s); browsers accept exactly one.", n, k.Value)
		}
		return c.corsFinding(&Finding{
			Verdict:  verdict,
			Short:    "CORS: several Allow-Origin",
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.responseField(allowOrigin, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "The server has to send one value. See them all:", Copy: c.corsCurl()},
				Server: exchange.Advice{Text: "Let one layer add it. To drop the application's in nginx:", Copy: "proxy_hide_header Access-Control-Allow-Origin;"},
			},
		})
	},
	Examples: []Example{
		{Name: "two-lines", Finds: "was sent 2 times (*, *)", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Origin: *`},
		{Name: "list", Finds: "several values", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: http://page.test http://other.test`},
		{Name: "one", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: *`},
	},
})
