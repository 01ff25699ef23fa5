package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-method-not-allowed", Title: "The preflight's answer does not allow the method", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "Methods other than GET, HEAD and POST must be listed in Access-Control-Allow-Methods. Upper and lower case differ, and fetch does not turn patch into PATCH.",
	FixClient: "Use a method that is allowed, in upper case.",
	FixServer: "List the method in Access-Control-Allow-Methods.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return x.Request.Method == http.MethodOptions && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsMethod)
		if k == nil {
			return nil
		}
		allowed := strings.Join(c.X.Response.Header.List("Access-Control-Allow-Methods"), ", ")
		verdict := fmt.Sprintf("%s is not in Access-Control-Allow-Methods: %s.", k.Value, allowed)
		client := "Use a method that is allowed, or ask as the browser does:"
		copied := c.corsCurl()
		switch {
		case allowed == "":
			verdict = fmt.Sprintf("The preflight's answer does not allow %s: it has no Access-Control-Allow-Methods.", k.Value)
		case k.Value != strings.ToUpper(k.Value):
			verdict += fmt.Sprintf(" The request's method is in lower case; use %s.", strings.ToUpper(k.Value))
			client, copied = "Write the method in upper case:", "fetch(url, {method: '"+strings.ToUpper(k.Value)+"'})"
		case strings.Contains(strings.ToUpper(allowed), k.Value):
			verdict += " Upper and lower case differ."
		}
		return c.corsFinding(&Finding{
			Verdict:  verdict,
			Short:    clip("CORS: forbids "+k.Value, shortCells),
			Evidence: []exchange.Evidence{c.requestField("Access-Control-Request-Method", ""), c.responseField("Access-Control-Allow-Methods", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: client, Copy: copied},
				Server: c.extendCORS("Allow the method:", c.corsLeave(), "Access-Control-Allow-Methods: "+allowing(allowed, k.Value)),
			},
		})
	},
	Examples: []Example{
		{Name: "not-listed", Finds: "PUT is not in Access-Control-Allow-Methods: GET, POST", HTTP: preflightPUT + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: GET, POST`},
		{Name: "no-list", Finds: "has no Access-Control-Allow-Methods", HTTP: preflightPUT + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *`},
		{Name: "lower-case-in-response", Finds: "Upper and lower case differ", HTTP: preflightPUT + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: put`},
		{Name: "lower-case-in-request", Finds: "use PATCH", HTTP: `> OPTIONS http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Access-Control-Request-Method: patch
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: PATCH`},
		{Name: "wildcard", HTTP: preflightPUT + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: *`},
	},
})

const preflightPUT = `> OPTIONS http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Access-Control-Request-Method: PUT
`

// join appends a member to a list field's value.
// allowing is the list with the method: in the case that standards have, unless
// it stands there already; then only the method as sent helps.
func allowing(list, method string) string {
	upper := strings.ToUpper(method)
	for m := range strings.SplitSeq(list, ",") {
		if strings.Trim(m, " \t") == upper {
			return join(list, method)
		}
	}
	return join(list, upper)
}

func join(list, member string) string {
	if list == "" {
		return member
	}
	return list + ", " + member
}
