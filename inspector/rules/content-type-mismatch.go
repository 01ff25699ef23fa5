package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "content-type-mismatch", Title: "The content of the request is labelled as something else", Family: Content, Severity: exchange.SeverityWarning,
	Explain:   "Servers choose the parser by Content-Type. fetch labels a string as text/plain and curl -d as a form, so JSON sent without a label of its own is read as either, and all its fields are missing.",
	FixClient: "Label the content as what it is.",
	FixServer: "Answer 415 and name the types that are taken in Accept-Post or Accept-Patch.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-content-type",
	When: when(status4xx|sendsContent, func(x *exchange.Exchange) bool {
		if !received(x) || !x.Request.Body.Whole() || len(x.Request.Body.Data) == 0 {
			return false
		}
		s := x.Response.Status
		return s == 400 || s == 422
	}),
	Check: func(c *Case) *Finding {
		m := &c.X.Request
		sent := m.MediaType()
		if sent != "text/plain" && sent != "application/x-www-form-urlencoded" {
			return nil
		}
		isJSONText := parseJSON(string(decoded(m))) != nil
		good := c.takenBefore(sent)
		switch {
		case good != nil && good.Request.MediaType() == sent:
			return nil // this label is taken here
		case !isJSONText && (good == nil || !isJSON(good.Request.MediaType())):
			return nil
		}
		f := &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("Likely: the server reads the content as %s, but it is JSON.", sent),
			Short:      clip("JSON labelled as "+word(sent == "text/plain", "text", "form"), shortCells),
			Evidence:   []exchange.Evidence{c.requestField("Content-Type", ""), {Part: exchange.RequestBody, Name: "content", Value: excerpt(string(m.Body.Data), 60)}, c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Label it as JSON:", Copy: "headers: {'Content-Type': 'application/json'}"},
				Server: exchange.Advice{Text: "Answer 415, and name the types that are taken:", Copy: "Accept-Post: application/json"},
			},
		}
		if !isJSONText {
			f.Verdict = fmt.Sprintf("Likely: the endpoint wants JSON, as in #%d, and this is a form.", good.ID)
			f.Short, f.Related = "a form instead of JSON", []exchange.ID{good.ID}
			f.Fix.Client = exchange.Advice{Text: "Send JSON:", Copy: c.curl("-H", "Content-Type: application/json", "-d", "{…}")}
		}
		if good != nil {
			f.Evidence = append(f.Evidence, sequence(good, "taken before", outcome(good), good.Request.MediaType()))
		}
		return f
	},
	Examples: []Example{
		{Name: "fetch", Finds: "the server reads the content as text/plain, but it is JSON", HTTP: posted("text/plain;charset=UTF-8", `{"name":"a"}`, "400 Bad Request")},
		{Name: "curl", Finds: "reads the content as application/x-www-form-urlencoded, but it is JSON", HTTP: posted("application/x-www-form-urlencoded", `{"name":"a"}`, "422 Unprocessable Content")},
		{Name: "form-for-json", Finds: "the endpoint wants JSON, as in #1, and this is a form", HTTP: posted("application/json", `{"name":"a"}`, "201 Created\n< Location: /items/1") + "\n" + posted("application/x-www-form-urlencoded", "name=b", "400 Bad Request")},
		{Name: "labelled", Also: []string{"bad-request"}, HTTP: posted("application/json", `{"name":"a"}`, "400 Bad Request")},
		{Name: "form", Also: []string{"bad-request"}, HTTP: posted("application/x-www-form-urlencoded", "name=b", "400 Bad Request")},
		{Name: "text-taken", Also: []string{"bad-request"}, HTTP: posted("text/plain", `{"name":"a"}`, "201 Created\n< Location: /items/1") + "\n" + posted("text/plain", `{"name":"b"}`, "400 Bad Request")},
		{Name: "taken", HTTP: posted("text/plain", `{"name":"a"}`, "200 OK")},
	},
})

// takenBefore is the latest earlier success of the endpoint with content,
// preferring one with the media type; nil if there is none.
func (c *Case) takenBefore(mediaType string) *exchange.Exchange {
	var found *exchange.Exchange
	for _, y := range c.Links.Siblings {
		if !before(y, c.X) || !received(y) || y.Response.Status < 200 || y.Response.Status > 299 || y.Request.Body.Size == 0 {
			continue
		}
		if found == nil || found.Request.MediaType() != mediaType {
			found = y
		}
	}
	return found
}

func posted(contentType, body, answer string) string {
	return "> POST http://api.test/items HTTP/1.1\n> Content-Type: " + contentType + "\n\n" + body + "\n< HTTP/1.1 " + answer
}
