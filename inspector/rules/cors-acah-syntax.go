package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-acah-syntax", Title: "Access-Control-Allow-Headers is malformed", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "The value is a list of names separated by commas. One malformed member makes the whole preflight fail.",
	FixClient: "Nothing: the server has to send a valid list.",
	FixServer: "Separate the names by commas.",
	Spec:      "https://fetch.spec.whatwg.org/#http-new-header-syntax",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return x.Request.Method == http.MethodOptions && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsHeadersSyntax)
		if k == nil {
			return nil
		}
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("Access-Control-Allow-Headers contains %q, which is no header name; browsers reject the whole preflight.", k.Value),
			Short:    "CORS: bad Allow-Headers",
			Evidence: []exchange.Evidence{c.responseField("Access-Control-Allow-Headers", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "The server has to send a valid list. See it:", Copy: c.corsCurl()},
				Server: exchange.Advice{Text: "Separate the names by commas:", Copy: "Access-Control-Allow-Headers: " + commas(c.X.Response.Header.Get("Access-Control-Allow-Headers"))},
			},
		})
	},
	Examples: []Example{
		{Name: "space", Finds: `contains "bad header"`, HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: bad header`},
		{Name: "list", HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: GET, POST
< Access-Control-Allow-Headers: content-type, x-test`},
	},
})
