package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-header-not-allowed", Title: "The preflight's answer does not allow a request header", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "Every request header that a page sets, beyond a few simple ones, must be listed in Access-Control-Allow-Headers. Content-Type needs it for application/json.",
	FixClient: "Leave the header out if the API does not need it.",
	FixServer: "List the header in Access-Control-Allow-Headers.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return x.Request.Method == http.MethodOptions && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsHeader)
		if k == nil {
			return nil
		}
		verdict := fmt.Sprintf("The preflight's answer does not allow the request header %s.", k.Value)
		if strings.Contains(k.Value, ",") {
			verdict = fmt.Sprintf("The preflight's answer does not allow the request headers %s.", k.Value)
		}
		asked := strings.Join(c.X.Request.Header.List("Access-Control-Request-Headers"), ", ")
		return c.corsFinding(&Finding{
			Verdict:  verdict,
			Short:    clip("CORS: forbids "+k.Value, shortCells),
			Evidence: []exchange.Evidence{c.requestField("Access-Control-Request-Headers", headerOrigin(k.Value)), c.responseField("Access-Control-Allow-Headers", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Leave out " + k.Value + " if the API does not need it. Ask as the browser does:", Copy: c.corsCurl()},
				Server: c.extendCORS("Allow all headers that the page sends:", c.corsLeave(), "Access-Control-Allow-Headers: "+asked),
			},
		})
	},
	Examples: []Example{
		{Name: "json", Finds: "does not allow the request header content-type", HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *`},
		{Name: "several", Finds: "headers x-test, traceparent", HTTP: `> OPTIONS http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Access-Control-Request-Method: GET
> Access-Control-Request-Headers: authorization,x-test,traceparent
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: Authorization`},
		{Name: "case", HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: Content-Type`},
	},
})

// headerOrigin says who adds a header that pages rarely set themselves.
func headerOrigin(names string) string {
	for name, who := range map[string]string{
		"traceparent": "traceparent is added by a tracing SDK", "sentry-trace": "sentry-trace is added by the Sentry SDK",
		"baggage": "baggage is added by a tracing SDK", "x-requested-with": "x-requested-with is added by jQuery and older Axios set-ups",
	} {
		for n := range strings.SplitSeq(names, ", ") {
			if strings.EqualFold(n, name) {
				return who
			}
		}
	}
	return ""
}
