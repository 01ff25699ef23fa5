package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "method-case", Title: "The method is not in upper case", Family: Method, Severity: exchange.SeverityError,
	Explain:   "Methods are case-sensitive, and the standard ones are in upper case. fetch() turns get, post and put into upper case, but not patch.",
	FixClient: "Write the method in upper case.",
	FixServer: "Nothing: another case is another method.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-methods",
	When:      status(400, 403, 404, 405, 501),
	Check: func(c *Case) *Finding {
		sent := c.X.Request.Method
		upper := strings.ToUpper(sent)
		if sent == upper {
			return nil
		}
		switch upper {
		case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		default:
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The method was sent as %s; servers know %s alone.", sent, upper),
			Short:    clip(sent+" instead of "+upper, shortCells),
			Evidence: []exchange.Evidence{c.requestLine(""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Write it in upper case:", Copy: curl(upper, c.X.URL)},
				Server: exchange.Advice{Text: "Nothing: another case is another method."},
			},
		}
	},
	Examples: []Example{
		{Name: "patch", Finds: "sent as patch; servers know PATCH alone", Also: []string{"method-not-allowed"}, HTTP: `> patch http://api.test/items/7 HTTP/1.1
< HTTP/1.1 405 Method Not Allowed`},
		{Name: "upper", Also: []string{"method-not-allowed"}, HTTP: `> PATCH http://api.test/items/7 HTTP/1.1
< HTTP/1.1 405 Method Not Allowed`},
	},
})
