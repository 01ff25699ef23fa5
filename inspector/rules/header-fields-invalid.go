package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

// singletons are the response fields that browsers refuse to take twice with
// different values.
var singletons = []string{"Content-Disposition"}

var _ = rule(Rule{
	ID: "header-fields-invalid", Title: "A header field makes clients refuse the response", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "Clients refuse responses whose header could be read in two ways: a NUL or line end inside a value, or two different values where one is allowed. Such a response may be the work of an attacker.",
	FixClient: "Nothing: browsers refuse this response.",
	FixServer: "Encode what goes into fields, and set each of them once.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-field-values",
	When:      when(anyStatus, received),
	Check: func(c *Case) *Finding {
		name, what := refusedField(c.X.Response.Header)
		if what == "" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("Browsers refuse this response: %s %s.", name, what),
			Short:    clip("bad field: "+name, 26),
			Evidence: []exchange.Evidence{{Part: exchange.ResponseHeader, Name: name, Value: fmt.Sprintf("%q", strings.Join(c.X.Response.Header.Values(name), " and "))}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look at the field:", Copy: c.curl("-s", "-o", "/dev/null", "-D", "-")},
				Server: exchange.Advice{Text: "Set it once, with its value encoded, e.g. a file name:", Copy: "Content-Disposition: attachment; filename*=UTF-8''NAME"},
			},
		}
	},
	Examples: []Example{
		{Name: "twice", Finds: "Content-Disposition is given twice with different values", HTTP: `> GET http://api.test/file HTTP/1.1
< HTTP/1.1 200 OK
< Content-Disposition: attachment
< Content-Disposition: inline`},
		{Name: "nul", Finds: "X-A contains a NUL", HTTP: "> GET http://api.test/file HTTP/1.1\n< HTTP/1.1 200 OK\n< X-A: b\x00c"},
		{Name: "same-twice", HTTP: `> GET http://api.test/file HTTP/1.1
< HTTP/1.1 200 OK
< Content-Disposition: inline
< Content-Disposition: inline`},
	},
})

// refusedField is the first field that clients refuse a response for.
func refusedField(h exchange.Header) (name, what string) {
	for _, f := range h {
		if strings.IndexByte(f.Value, 0) >= 0 {
			return clip(f.Name, 40), "contains a NUL"
		}
	}
	for _, name := range singletons {
		first := h.Get(name)
		for _, f := range h {
			if len(f.Name) == len(name) && f.Value != first && strings.EqualFold(f.Name, name) {
				return name, "is given twice with different values"
			}
		}
	}
	return "", ""
}
