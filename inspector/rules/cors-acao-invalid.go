package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-acao-invalid", Title: "Access-Control-Allow-Origin is no origin", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "The value is * or one origin: scheme, host and port, as in http://page.test:5173. Patterns, words and quotation marks are neither; often a template variable was empty.",
	FixClient: "Nothing: the server has to send a valid value.",
	FixServer: "Send the page's origin as it stands in Origin.",
	Spec:      fetchCORS,
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsInvalid)
		if k == nil {
			return nil
		}
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("Access-Control-Allow-Origin is %q, which is no origin; the page is %s.", k.Value, k.Origin),
			Short:    "CORS: invalid Allow-Origin",
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.responseField(allowOrigin, invalidOrigin(k.Value))},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "The server has to send a valid value. See it:", Copy: c.corsCurl()},
				Server: c.allowCORS("Send one whole origin:", c.corsLeave()),
			},
		})
	},
	Examples: []Example{
		{Name: "undefined", Finds: `is "undefined", which is no origin`, HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: undefined`},
		{Name: "host-alone", Finds: `is "page.test"`, HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: page.test`},
		{Name: "valid", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: http://page.test`},
	},
})

func invalidOrigin(v string) string {
	switch v {
	case "":
		return "empty"
	case "undefined", "true", "false", "None", "nil":
		return "the value of a program, not an origin"
	case "**":
		return "the wildcard is one asterisk"
	default:
		return "no scheme://host[:port]"
	}
}
