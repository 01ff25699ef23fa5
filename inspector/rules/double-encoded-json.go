package rules

import (
	"encoding/json"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "double-encoded-json", Title: "The content is JSON inside a JSON string", Family: Content, Severity: exchange.SeverityWarning,
	Explain:   "The content is a JSON string whose text is JSON again: it was serialised twice. Servers that expect an object refuse it.",
	FixClient: "Serialise once: leave out the inner JSON.stringify.",
	FixServer: "Answer 400 and say that an object is expected.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8259.html#section-7",
	When: when(status4xx|status5xx, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status >= 400 && len(x.Request.Body.Data) > 3 && x.Request.Body.Data[0] == '"' && isJSON(x.Request.MediaType())
	}),
	Check: func(c *Case) *Finding {
		var inner string
		if !c.X.Request.Body.Whole() || json.Unmarshal(decoded(&c.X.Request), &inner) != nil || parseJSON(inner) == nil {
			return nil
		}
		return &Finding{
			Confidence: exchange.Likely,
			Verdict:    "Likely: the content was serialised twice: it is a JSON string that holds JSON.",
			Short:      "JSON serialised twice",
			Evidence:   []exchange.Evidence{{Part: exchange.RequestBody, Name: "content", Value: excerpt(string(decoded(&c.X.Request)), 60)}, c.requestField("Content-Type", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Serialise once:", Copy: "fetch(url, { method: 'POST', headers, body: JSON.stringify(object) })"},
				Server: exchange.Advice{Text: "Answer 400 and say that an object is expected."},
			},
		}
	},
	Examples: []Example{
		{Name: "twice", Finds: "the content was serialised twice", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/json

"{\"a\":1}"
< HTTP/1.1 400 Bad Request`},
		{Name: "string", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/json

"hello"
< HTTP/1.1 400 Bad Request`},
	},
})
