package rules

import (
	"fmt"
	"net/http"
	"slices"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-preflight-not-handled", Title: "The server does not handle preflights", Family: CORS, Severity: exchange.SeverityError,
	Explain: "Before a request that is not simple a browser asks leave with OPTIONS, without credentials. The server must answer 2xx with the CORS fields; " +
		"the request itself is sent only then.",
	FixClient: "Nothing: browsers always ask first for this request.",
	FixServer: "Answer OPTIONS with 204 and the CORS fields before authentication and routing.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return x.Request.Method == http.MethodOptions && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsMissing)
		if k == nil || !k.Preflight || c.X.Response.Status < 400 && slices.ContainsFunc(c.X.Response.Header, isAllowField) {
			return nil
		}
		method := c.X.Request.Header.Get("Access-Control-Request-Method")
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("The preflight for %s %s was answered %s: %s.", method, c.Path(), c.Status(), preflightReason(c.X.Response.Status)),
			Short:    fmt.Sprintf("CORS: preflight got %d", c.X.Response.Status),
			Evidence: []exchange.Evidence{c.requestLine(""), c.requestField("Access-Control-Request-Method", ""), c.statusLine(""), c.responseField(allowOrigin, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "The page cannot avoid the preflight. Ask as the browser does:", Copy: c.corsCurl()},
				Server: c.allowCORS("Answer OPTIONS with 204 and these fields, before authentication and routing:", c.corsLeave()),
			},
		})
	},
	Examples: []Example{
		{Name: "auth-first", Finds: "authentication runs before CORS", HTTP: preflight + `< HTTP/1.1 401 Unauthorized`},
		{Name: "no-route", Finds: "has no route for OPTIONS", HTTP: preflight + `< HTTP/1.1 404 Not Found`},
		{Name: "method", Finds: "the server does not accept OPTIONS here", HTTP: preflight + `< HTTP/1.1 405 Method Not Allowed
< Allow: GET, POST`},
		{Name: "ordinary-answer", Finds: "without any CORS field", HTTP: preflight + `< HTTP/1.1 200 OK
< Allow: GET, POST`},
		{Name: "by-hand", Finds: "A browser would stop here", HTTP: `> OPTIONS http://api.test/items HTTP/1.1
> User-Agent: curl/8.5.0
> Origin: http://page.test
> Access-Control-Request-Method: PUT
< HTTP/1.1 403 Forbidden`},
		{Name: "handled", HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: content-type`},
		{Name: "plain-options", HTTP: `> OPTIONS http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})

// preflight begins the examples about preflights.
const preflight = `> OPTIONS http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Access-Control-Request-Method: POST
> Access-Control-Request-Headers: content-type
`

func isAllowField(f exchange.Field) bool {
	return len(f.Name) > 20 && http.CanonicalHeaderKey(f.Name)[:20] == "Access-Control-Allow"
}

func preflightReason(status int) string {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "authentication runs before CORS, and preflights never carry credentials"
	case status == http.StatusNotFound:
		return "the server has no route for OPTIONS here"
	case status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented:
		return "the server does not accept OPTIONS here"
	case status < 400:
		return "an ordinary answer without any CORS field"
	default:
		return "it failed before CORS was handled"
	}
}
