package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "problem-json", Title: "The server describes the problem", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "The content is a problem description: title names the kind of problem, detail this occurrence, type is a URI that documents it.",
	FixClient: "Correct what detail names.",
	FixServer: "Nothing: the answer says what is wrong.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9457.html#name-members-of-a-problem-detail",
	When: when(status4xx|status5xx, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status >= 400 && x.Response.MediaType() == "application/problem+json"
	}),
	Check: func(c *Case) *Finding {
		v := c.JSON()
		title, detail := text(v, "title"), text(v, "detail")
		if title == "" && detail == "" {
			return nil
		}
		e := providerError{By: "The server", Code: title, Message: detail, Name: "/title"}
		for _, name := range []string{"type", "instance"} {
			if s := text(v, name); s != "" && s != "about:blank" {
				e.Extra = append(e.Extra, inBody("/"+name, s, ""))
			}
		}
		if s := c.X.Response.Status; (s == 400 || s == 409 || s == 422) && len(invalidFields(v)) > 0 {
			e.Expected = true // validation-error names the fields
		}
		f := c.providerFinding(e)
		f.Short = clip(firstOf(excerpt(detail, shortCells), excerpt(title, 26)), 26)
		if title != "" && detail != "" {
			f.Verdict = fmt.Sprintf("The server says %q: %s.", excerpt(title, 60), strings.TrimSuffix(excerpt(detail, 160), "."))
		}
		if strings.HasPrefix(text(v, "type"), "https://") {
			f.Fix.Client = exchange.Advice{Text: "Correct what it names; the kind of problem is documented at:", Copy: excerpt(text(v, "type"), 120)}
		}
		return f
	},
	Examples: []Example{
		{Name: "credit", Finds: `The server says "You do not have enough credit": Your balance is 30, but that costs 50.`, HTTP: `> POST http://api.test/orders HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/problem+json

{"type":"https://api.test/probs/credit","title":"You do not have enough credit","detail":"Your balance is 30, but that costs 50.","instance":"/orders/7","status":403}`},
		{Name: "empty", Also: []string{"forbidden"}, HTTP: `> POST http://api.test/orders HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/problem+json

{}`},
	},
})
