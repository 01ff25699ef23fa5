package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

// singletons are the response fields that browsers refuse to take twice with
// different values. Location in a redirect is another rule's.
var singletons = []string{"Content-Disposition", "Location"}

var _ = rule(Rule{
	ID: "header-fields-invalid", Title: "A header field makes clients refuse the response", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "Clients refuse responses whose header could be read in two ways: a NUL or line end inside a value, or two different values where one is allowed. Such a response may be the work of an attacker.",
	FixClient: "Nothing: browsers refuse this response.",
	FixServer: "Encode what goes into fields, and set each of them once.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-field-values",
	When:      when(anyStatus, received),
	Check: func(c *Case) *Finding {
		name, what := refusedField(c.X)
		if what == "" {
			return nil
		}
		shownName := clip(strings.ReplaceAll(name, "\x00", ""), 40)
		evidence := c.statusLine("")
		if c.X.Response.Header.Has(name) {
			evidence = c.responseField(name, "")
			evidence.Value = fmt.Sprintf("%q", evidence.Value)
		}
		server := exchange.Advice{Text: "Encode what goes into it; see what sets it:", Copy: fmt.Sprintf("grep -rniE '%s' .", shownName)}
		switch name {
		case "Location":
			server.Text = "Set it once, and only in redirects and with 201; see what sets it:"
		case "Content-Disposition":
			server = exchange.Advice{Text: "Set it once, with the file name encoded:", Copy: "Content-Disposition: attachment; filename*=UTF-8''NAME"}
		}
		return &Finding{
			Verdict:  fmt.Sprintf("Browsers refuse this response: %s %s.", shownName, what),
			Short:    clip("bad field: "+shownName, shortCells),
			Evidence: []exchange.Evidence{evidence},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look at the field:", Copy: c.curl("-s", "-o", "/dev/null", "-D", "-")},
				Server: server,
			},
		}
	},
	Examples: []Example{
		{Name: "twice", Finds: "Content-Disposition is given twice with different values", HTTP: `> GET http://api.test/file HTTP/1.1
< HTTP/1.1 200 OK
< Content-Disposition: attachment
< Content-Disposition: inline`},
		{Name: "nul", Finds: "X-A contains a NUL", HTTP: "> GET http://api.test/file HTTP/1.1\n< HTTP/1.1 200 OK\n< X-A: b\x00c"},
		{Name: "nul-in-name", Finds: "XA contains a NUL", HTTP: "> GET http://api.test/file HTTP/1.1\n< HTTP/1.1 200 OK\n< X\x00A: b"},
		{Name: "location", Finds: "Location is given twice with different values", HTTP: `> GET http://api.test/file HTTP/1.1
< HTTP/1.1 200 OK
< Location: /a
< Location: /b`},
		{Name: "same-twice", HTTP: `> GET http://api.test/file HTTP/1.1
< HTTP/1.1 200 OK
< Content-Disposition: inline
< Content-Disposition: inline`},
	},
})

// refusedField is the first field that clients refuse a response for.
func refusedField(x *exchange.Exchange) (name, what string) {
	for i := range x.Interim {
		if name := nulIn(&x.Interim[i]); name != "" {
			return name, fmt.Sprintf("of the interim response %d contains a NUL", x.Interim[i].Status)
		}
	}
	if name := nulIn(x.Response); name != "" {
		return name, "contains a NUL"
	}
	h := x.Response.Header
	for _, name := range singletons {
		if name == "Location" && redirecting(x) {
			continue
		}
		first, found := "", false
		for _, f := range h {
			if len(f.Name) != len(name) || !strings.EqualFold(f.Name, name) {
				continue
			}
			if found && f.Value != first {
				return name, "is given twice with different values"
			}
			first, found = f.Value, true
		}
	}
	return "", ""
}

// nulIn names the first part of a head that contains a NUL, "" if none does.
func nulIn(m *exchange.Message) string {
	if strings.IndexByte(m.Reason, 0) >= 0 {
		return "The status line"
	}
	for _, f := range m.Header {
		if strings.IndexByte(f.Value, 0) >= 0 || strings.IndexByte(f.Name, 0) >= 0 {
			return f.Name
		}
	}
	return ""
}
