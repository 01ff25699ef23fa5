package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "method-override-needed", Title: "The server wants the method in a field", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "Where a gateway lets only GET and POST through, some servers take the real method from X-HTTP-Method-Override of a POST.",
	FixClient: "Send a POST with X-HTTP-Method-Override.",
	FixServer: "Let PUT, PATCH and DELETE through.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-method-definitions",
	When:      status(403, 405, 501),
	Check: func(c *Case) *Finding {
		m := c.X.Request.Method
		if m != http.MethodPut && m != http.MethodPatch && m != http.MethodDelete || c.X.Request.Header.Has(methodOverride) {
			return nil
		}
		where := ""
		for _, f := range c.X.Response.Header {
			if strings.EqualFold(f.Name, methodOverride) || strings.Contains(strings.ToLower(f.Value), strings.ToLower(methodOverride)) {
				where = f.Name
			}
		}
		e := c.responseField(where, "")
		if where == "" {
			text := strings.ToLower(c.Text())
			if !strings.Contains(text, strings.ToLower(methodOverride)) {
				return nil
			}
			e = c.bodyHead("")
		}
		return &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("%s is refused, and the response speaks of %s.", m, methodOverride),
			Short:      clip("send "+m+" as POST", shortCells),
			Evidence:   []exchange.Evidence{c.requestLine(""), c.statusLine(""), e},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send it as POST:", Copy: curl("POST", c.X.URL, "-H", methodOverride+": "+m)},
				Server: exchange.Advice{Text: "Let the method through, e.g. in Apache:", Copy: "<Limit " + m + ">\n  Require all granted\n</Limit>"},
			},
		}
	},
	Examples: []Example{
		{Name: "body", Finds: "DELETE is refused, and the response speaks of X-HTTP-Method-Override", Also: []string{"method-not-allowed"}, HTTP: `> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 405 Method Not Allowed
< Allow: GET, POST
< Content-Type: application/json

{"message":"Use POST with X-HTTP-Method-Override: DELETE"}`},
		{Name: "plain", Also: []string{"method-not-allowed"}, HTTP: `> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 405 Method Not Allowed
< Allow: GET`},
	},
})

const methodOverride = "X-HTTP-Method-Override"
