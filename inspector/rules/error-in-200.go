package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "error-in-200", Title: "An error is reported with a status of success", Family: REST, Severity: exchange.SeverityWarning,
	Explain:   "The status says that all went well, the content says that it did not. Caches, retries, monitoring and most clients go by the status.",
	FixClient: "Look at the content too, not at the status alone.",
	FixServer: "Answer with a status from 400 to 599.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes",
	When:      having(reportsJSON, statusFrom(200, 299)),
	Check: func(c *Case) *Finding {
		if !isJSON(c.X.Response.MediaType()) {
			return nil
		}
		sign, said := hiddenError(c.JSON())
		if sign == "" || c.ownFormat() {
			return nil
		}
		verdict := fmt.Sprintf("The status is %s, but the content reports an error (%s).", c.Status(), sign)
		if said != "" {
			verdict = fmt.Sprintf("The status is %s, but the content reports an error: %q.", c.Status(), said)
		}
		return &Finding{
			Confidence: exchange.Likely,
			Verdict:    verdict,
			Short:      clip("error in "+c.Status(), shortCells),
			Evidence:   []exchange.Evidence{c.statusLine(""), c.bodyHead(sign)},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look at the content too:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Answer with a status that says what went wrong:", Copy: "HTTP/1.1 422 Unprocessable Content\nContent-Type: application/problem+json"},
			},
		}
	},
	Examples: []Example{
		{Name: "success-false", Finds: "the content reports an error: \"card declined\"", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

{"success":false,"message":"card declined"}`},
		{Name: "error-object", Finds: "not found", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

{"error":{"code":404,"message":"not found"}}`},
		{Name: "null-error", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

{"error":null,"data":[1]}`},
		{Name: "data-and-field", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

{"error":"a word of the vocabulary","language":"en","lemma":"error","count":3}`},
		{Name: "report", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

{"jobs":[{"success":false}]}`},
	},
})

// hiddenError returns the member that reports an error, and its message. An
// object with other data beside it may speak of an error without being one.
func hiddenError(v any) (sign, said string) {
	object, _ := v.(map[string]any)
	if object == nil || object["data"] != nil || object["result"] != nil {
		return "", ""
	}
	for _, name := range []string{"success", "ok", "succeeded"} {
		if b, isBool := object[name].(bool); isBool && !b {
			return name + " is false", excerpt(errorText(object), 100)
		}
	}
	if s, _ := object["status"].(string); (s == "error" || s == "fail") && len(object) <= 5 {
		return "status is " + s, excerpt(errorText(object), 100)
	}
	switch e := object["error"].(type) {
	case map[string]any:
		if errorText(e) != "" {
			return "error is an object", excerpt(errorText(e), 100)
		}
	case string:
		if e != "" && len(object) <= 3 {
			return "error is set", excerpt(e, 100)
		}
	}
	if list, ok := object["errors"].([]any); ok && len(list) > 0 && len(object) <= 2 {
		return "errors is not empty", excerpt(errorText(object), 100)
	}
	return "", ""
}
