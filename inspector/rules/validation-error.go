package rules

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "validation-error", Title: "The server names the fields that are not valid", Family: Content, Severity: exchange.SeverityError,
	Explain:   "The request could be read, but its values break the rules of the API. The response says which.",
	FixClient: "Correct the fields that the response names.",
	FixServer: "Nothing: the answer names the fields. 422 with application/problem+json is the usual form.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-422-unprocessable-content",
	When:      status(400, 409, 422),
	Check: func(c *Case) *Finding {
		fields := invalidFields(c.JSON())
		if len(fields) == 0 || c.foreignFields() {
			return nil
		}
		names := make([]string, 0, len(fields))
		f := &Finding{Evidence: []exchange.Evidence{c.statusLine("")}}
		for i, e := range fields {
			if i < 5 {
				names = append(names, e.name)
			}
			if i < 8 {
				f.Evidence = append(f.Evidence, exchange.Evidence{
					Part: exchange.ResponseBody, Name: e.name, Value: excerpt(e.message, 80), Note: sentValue(c, e.name),
				})
			}
		}
		list := strings.Join(names, ", ")
		if len(fields) > 5 {
			list += fmt.Sprintf(" and %d more", len(fields)-5)
		}
		f.Verdict = fmt.Sprintf("The server rejects %s: %s: %s.", plural(len(fields), "field", "fields"), list, strings.TrimSuffix(excerpt(fields[0].message, 80), "."))
		if len(fields) > 1 {
			f.Verdict = fmt.Sprintf("The server rejects %d fields: %s.", len(fields), list)
		}
		f.Short = clip("invalid: "+list, shortCells)
		if len(fields) == 1 {
			f.Short = clip(fields[0].name+": "+excerpt(fields[0].message, shortCells), 26)
		}
		f.Fix.Client = exchange.Advice{Text: "Correct these fields and send it again:", Copy: c.curl("-H", "Content-Type: application/json", "-d", "{…}")}
		f.Fix.Server.Text = "Nothing: the answer names the fields."
		return f
	},
	Examples: []Example{
		{Name: "fastapi", Finds: "rejects 1 field: email: value is not a valid email address", HTTP: `> POST http://api.test/users HTTP/1.1
> Content-Type: application/json

{"email":"nobody"}
< HTTP/1.1 422 Unprocessable Entity
< Content-Type: application/json

{"detail":[{"loc":["body","email"],"msg":"value is not a valid email address","type":"value_error"}]}`},
		{Name: "rails", Finds: "rejects 2 fields: age, name", HTTP: `> POST http://api.test/users HTTP/1.1
< HTTP/1.1 422 Unprocessable Content
< Content-Type: application/json

{"errors":{"name":["can't be blank"],"age":["is not a number"]}}`},
		{Name: "problem", Finds: "rejects 1 field: #/age: must be positive", HTTP: `> POST http://api.test/users HTTP/1.1
< HTTP/1.1 422 Unprocessable Content
< Content-Type: application/problem+json

{"title":"Not valid","errors":[{"detail":"must be positive","pointer":"#/age"}]}`},
		{Name: "spring", Finds: "email: must not be blank", HTTP: `> POST http://api.test/users HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"status":400,"errors":[{"field":"email","defaultMessage":"must not be blank"}]}`},
		{Name: "no-fields", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/users HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":"no"}`},
	},
})

type invalidField struct{ name, message string }

// invalidFields reads the forms in which servers name fields: problem details
// (RFC 9457), FastAPI, Rails, Laravel, ASP.NET, Spring, JSON:API, GitHub.
func invalidFields(v any) []invalidField {
	object, _ := v.(map[string]any)
	var found []invalidField
	for _, key := range []string{"errors", "detail", "details", "invalid-params", "invalid_params", "violations", "fieldErrors", "issues"} {
		switch list := object[key].(type) {
		case []any:
			for _, e := range list {
				if f, ok := fieldOf(e); ok {
					found = append(found, f)
				}
			}
		case map[string]any:
			found = append(found, fieldsOf(list)...)
		}
		if len(found) > 0 {
			break
		}
	}
	return found
}

func fieldsOf(object map[string]any) []invalidField {
	var found []invalidField
	for name, v := range object {
		switch v := v.(type) {
		case string:
			found = append(found, invalidField{name, v})
		case []any:
			if len(v) > 0 {
				if s, ok := v[0].(string); ok {
					found = append(found, invalidField{name, s})
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b invalidField) int { return strings.Compare(a.name, b.name) })
	return found
}

func fieldOf(v any) (invalidField, bool) {
	object, _ := v.(map[string]any)
	f := invalidField{member(object, "field", "name", "param", "pointer", "property", "propertyPath", "path"), errorText(object)}
	if f.message == "" {
		f.message = member(object, "defaultMessage", "description", "code", "type")
	}
	if source, ok := object["source"].(map[string]any); ok && f.name == "" {
		f.name = member(source, "pointer", "parameter", "header")
	}
	for _, key := range []string{"loc", "path"} {
		if parts, ok := object[key].([]any); ok && f.name == "" {
			f.name = joinPath(parts)
		}
	}
	return f, f.name != "" && f.message != ""
}

// joinPath joins the steps to a field, without "body", which is where all are.
func joinPath(parts []any) string {
	var names []string
	for i, p := range parts {
		s := fmt.Sprint(p)
		if i == 0 && s == "body" && len(parts) > 1 {
			continue
		}
		names = append(names, s)
	}
	return strings.Join(names, ".")
}

// sentValue is what the request's JSON object holds under a name, "" if that
// is not known.
func sentValue(c *Case, name string) string {
	object, _ := c.sentJSON().(map[string]any)
	v, ok := object[strings.TrimLeft(name, "#/")]
	if !ok {
		return ""
	}
	text, _ := json.Marshal(map[string]any{name: v})
	return "sent " + clip(content.MaskText(string(text)), 60)
}
