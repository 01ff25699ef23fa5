package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-preflight-bad-status", Title: "The preflight's answer is no success", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "A preflight passes only with a status from 200 to 299, however good its CORS fields are.",
	FixClient: "Nothing: browsers always ask first for this request.",
	FixServer: "Answer OPTIONS with 204.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return x.Request.Method == http.MethodOptions && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		if c.corsIs(corsStatus) == nil {
			return nil
		}
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("The preflight's CORS fields are fine, but its status %s is no success: %s.", c.Status(), preflightReason(c.X.Response.Status)),
			Short:    fmt.Sprintf("CORS: preflight got %d", c.X.Response.Status),
			Evidence: []exchange.Evidence{c.requestLine(""), c.statusLine("must be 200 to 299"), c.responseField(allowOrigin, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "The page cannot avoid the preflight. Ask as the browser does:", Copy: c.corsCurl()},
				Server: c.allowCORS("Answer OPTIONS with 204 before authentication and routing:", c.corsLeave()),
			},
		})
	},
	Examples: []Example{
		{Name: "unauthorized", Finds: "401 Unauthorized is no success", HTTP: preflight + `< HTTP/1.1 401 Unauthorized
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: content-type`},
		{Name: "success", HTTP: preflight + `< HTTP/1.1 206 Partial Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: content-type`},
	},
})
