package rules

import (
	"fmt"
	"net/url"
	"strconv"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "problem-json-invalid", Title: "The problem description breaks its standard", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "RFC 9457 gives five members a meaning: type is a URI, title and detail are texts, status is the number of the status line, instance is a URI. Clients ignore members of other types.",
	FixClient: "Go by the status line.",
	FixServer: "Correct the member.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9457.html#name-members-of-a-problem-detail",
	When:      jsonAnswer(400, 599),
	Check: func(c *Case) *Finding {
		o, _ := c.JSON().(map[string]any)
		if o == nil {
			return nil
		}
		labelled := c.X.Response.MediaType() == "application/problem+json"
		fault, name, copyLine := problemFault(o, c.X.Response.Status)
		if !labelled {
			// The form alone is what shows that problem details are meant.
			if text(o, "type") == "" || text(o, "title") == "" || o["status"] == nil {
				return nil
			}
			fault, name, copyLine = "labelled "+excerpt(c.X.Response.MediaType(), 40), "type", "Content-Type: application/problem+json"
		}
		if fault == "" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The problem description is %s.", fault),
			Short:    clip("problem: "+fault, shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Content-Type", ""), inBody("/"+name, compact(o[name]), "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Go by the status line."},
				Server: exchange.Advice{Text: "Send:", Copy: copyLine},
			},
		}
	},
	Examples: []Example{
		{Name: "status", Finds: "of status 500, but the status line says 404", Also: []string{"not-found", "problem-json"}, HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/problem+json

{"title":"No such item","status":500}`},
		{Name: "label", Finds: "labelled application/json", Also: []string{"not-found"}, HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"type":"about:blank","title":"Not Found","status":404}`},
		{Name: "valid", Also: []string{"not-found", "problem-json"}, HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/problem+json

{"type":"/problems/gone","title":"Not Found","status":404}`},
	},
})

// problemFault names the first member that breaks RFC 9457 section 3.1, and how
// to write it; all are "" if none does.
func problemFault(o map[string]any, status int) (fault, name, copyLine string) {
	right := fmt.Sprintf(`"status": %d`, status)
	switch v := o["status"].(type) {
	case nil:
	case float64:
		if int(v) != status {
			return fmt.Sprintf("of status %s, but the status line says %d", strconv.FormatFloat(v, 'f', -1, 64), status), "status", right
		}
	default:
		return "not valid: status is no number", "status", right
	}
	for _, name := range []string{"type", "title", "detail", "instance"} {
		s, isText := o[name].(string)
		if o[name] != nil && !isText {
			return "not valid: " + name + " is no text", name, `"` + name + `": "…"`
		}
		if name == "type" || name == "instance" {
			if _, err := url.Parse(s); err != nil {
				return "not valid: " + name + " is no URI", name, `"` + name + `": "about:blank"`
			}
		}
	}
	return "", "", ""
}
