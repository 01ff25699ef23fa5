package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "json-body-invalid", Title: "The request's JSON is not valid", Family: Content, Severity: exchange.SeverityError,
	Explain:   "The content is labelled as JSON but cannot be parsed, so the server rejects it before looking at the values.",
	FixClient: "Make the content with a JSON library instead of putting strings together.",
	FixServer: "Answer with 400 and the place of the fault.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8259.html",
	When: when(status4xx|status5xx, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status >= 400 && len(x.Request.Body.Data) > 0
	}),
	Check: func(c *Case) *Finding {
		m := &c.X.Request
		if !isJSON(m.MediaType()) || m.Header.Has("Content-Encoding") || !m.Body.Whole() {
			return nil
		}
		line, column, cause := jsonFault(m.Body.Data)
		if cause == "" {
			return nil
		}
		return &Finding{
			Verdict: fmt.Sprintf("The request's JSON is not valid at %d:%d: %s.", line, column, cause),
			Short:   clip("JSON: "+cause, shortCells),
			Evidence: []exchange.Evidence{
				{Part: exchange.RequestBody, Name: fmt.Sprintf("line %d", line), Value: around(m.Body.Data, line, column), Note: cause},
				c.statusLine(""),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Let a library write the JSON, e.g.:", Copy: "fetch(url, {method: '" + m.Method + "', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(data)})"},
				Server: exchange.Advice{Text: "Name the place of the fault in the answer, as above."},
			},
		}
	},
	Examples: []Example{
		{Name: "trailing-comma", Finds: "not valid at 3:1: a comma before the closing bracket", HTTP: jsonRequest(`{
 "a": 1,
}`, 400)},
		{Name: "single-quotes", Finds: "1:2: single quotes", HTTP: jsonRequest(`{'a': 1}`, 400)},
		{Name: "object", Finds: "[object Object]", HTTP: jsonRequest(`[object Object]`, 500)},
		{Name: "form", Finds: "form data, not JSON", HTTP: jsonRequest(`a=1&b=2`, 400)},
		{Name: "cut", Finds: "it ends too early", HTTP: jsonRequest(`{"a": [1, 2`, 400)},
		{Name: "unquoted", Finds: "a name without quotation marks", HTTP: jsonRequest(`{a: 1}`, 422)},
		{Name: "valid", Also: []string{"bad-request"}, HTTP: jsonRequest(`{"a": 1}`, 400)},
		{Name: "accepted", HTTP: jsonRequest(`{'a': 1}`, 200)},
	},
})

// jsonRequest is an exchange of an example.
func jsonRequest(body string, status int) string {
	return fmt.Sprintf("> POST http://api.test/items HTTP/1.1\n> Content-Type: application/json\n\n%s\n< HTTP/1.1 %d", body, status)
}

func isJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json") || mediaType == "text/json"
}

// jsonFault returns the place of the first fault, from 1:1, and its likely
// cause; "" if data is valid JSON.
func jsonFault(data []byte) (line, column int, cause string) {
	var v any
	err := json.Unmarshal(data, &v)
	var syntax *json.SyntaxError
	if err == nil || !errors.As(err, &syntax) {
		return 0, 0, ""
	}
	at := min(max(int(syntax.Offset)-1, 0), len(data))
	line = 1 + bytes.Count(data[:at], []byte("\n"))
	column = at - bytes.LastIndexByte(data[:at], '\n')
	return line, column, jsonCause(data, at, syntax)
}

func jsonCause(data []byte, at int, err *json.SyntaxError) string {
	text := string(data)
	c := byte(0)
	if at < len(data) {
		c = data[at]
	}
	before := strings.TrimRight(text[:at], " \t\r\n")
	switch {
	case strings.Contains(text, "[object Object]"):
		return "an object was turned into the text [object Object]"
	case strings.HasPrefix(text, "\xef\xbb\xbf"):
		return "it begins with a byte order mark"
	case strings.HasPrefix(text, "--"):
		return "it is multipart data, not JSON"
	case !strings.ContainsAny(text, "{[\"") && strings.Contains(text, "="):
		return "it is form data, not JSON"
	case strings.Contains(err.Error(), "unexpected end"):
		return "it ends too early"
	case (c == '}' || c == ']') && strings.HasSuffix(before, ","):
		return "a comma before the closing bracket"
	case c == '\'':
		return "single quotes instead of double ones"
	case strings.HasPrefix(text[at:], "//"), strings.HasPrefix(text[at:], "/*"):
		return "a comment, which JSON has not"
	case strings.HasPrefix(text[at:], "NaN"), strings.HasPrefix(text[at:], "Infinity"), strings.HasPrefix(text[at:], "undefined"),
		strings.HasPrefix(text[at:], "None"), strings.HasPrefix(text[at:], "True"), strings.HasPrefix(text[at:], "False"):
		return "a word that JSON does not know"
	case strings.HasSuffix(before, "{") || strings.HasSuffix(before, ",") && c|0x20 >= 'a' && c|0x20 <= 'z':
		return "a name without quotation marks"
	default:
		return strings.TrimPrefix(err.Error(), "json: ")
	}
}

// around is the part of a line before and after a fault, which ⟶ marks.
func around(data []byte, line, column int) string {
	lines := strings.Split(string(data), "\n")
	if line > len(lines) {
		return ""
	}
	l := lines[line-1]
	at := min(max(column-1, 0), len(l))
	return excerpt(l[max(0, at-30):at]+"⟶"+l[at:min(len(l), at+30)], 80)
}
