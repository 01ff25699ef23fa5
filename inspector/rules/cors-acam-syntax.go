package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-acam-syntax", Title: "Access-Control-Allow-Methods is malformed", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "The value is a list of names separated by commas. One malformed member makes the whole preflight fail.",
	FixClient: "Nothing: the server has to send a valid list.",
	FixServer: "Separate the names by commas.",
	Spec:      "https://fetch.spec.whatwg.org/#http-new-header-syntax",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return x.Request.Method == http.MethodOptions && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsMethodsSyntax)
		if k == nil {
			return nil
		}
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("Access-Control-Allow-Methods contains %q, which is no method name; browsers reject the whole preflight.", k.Value),
			Short:    "CORS: bad Allow-Methods",
			Evidence: []exchange.Evidence{c.responseField("Access-Control-Allow-Methods", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "The server has to send a valid list. See it:", Copy: c.corsCurl()},
				Server: exchange.Advice{Text: "Separate the names by commas:", Copy: "Access-Control-Allow-Methods: " + commas(c.X.Response.Header.Get("Access-Control-Allow-Methods"))},
			},
		})
	},
	Examples: []Example{
		{Name: "space", Finds: `contains "GET POST"`, HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: GET POST`},
		{Name: "list", HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: GET, POST
< Access-Control-Allow-Headers: content-type, x-test`},
	},
})

// commas separates the words of a list field by commas.
func commas(v string) string {
	return strings.Join(strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }), ", ")
}
