package rules

import (
	"fmt"
	"net/http"
	"slices"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-preflight-acao-missing", Title: "The preflight's answer does not allow the page's origin", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "The server handles preflights but left Access-Control-Allow-Origin out, as many CORS libraries do for an origin that is not on their list.",
	FixClient: "Open the page at an origin that the server allows.",
	FixServer: "Add the page's origin to the allowed ones.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return x.Request.Method == http.MethodOptions && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsMissing)
		if k == nil || !k.Preflight || c.X.Response.Status >= 400 || !slices.ContainsFunc(c.X.Response.Header, isAllowField) {
			return nil
		}
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("The preflight's answer does not allow %s: it has CORS fields, but no Access-Control-Allow-Origin.", k.Origin),
			Short:    "CORS: no preflight origin",
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.statusLine(""), c.responseField(allowOrigin, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Open the page at an origin that the server allows. Ask as the browser does:", Copy: c.corsCurl()},
				Server: c.allowCORS("Add the page's origin to the allowed ones, so that this is sent:", c.corsLeave()),
			},
		})
	},
	Examples: []Example{
		{Name: "origin-not-listed", Finds: "does not allow http://page.test", HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Methods: GET, POST
< Access-Control-Allow-Headers: content-type`},
		{Name: "allowed", HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: http://page.test
< Access-Control-Allow-Headers: content-type`},
	},
})
