package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "status-phrase-or-range", Title: "The status line contradicts itself", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "Clients go by the code alone: the phrase is for people, and HTTP/2 does not even send it. Codes below 100 and above 599 belong to no class, so clients treat them in different ways, mostly as a failure.",
	FixClient: "Go by the code.",
	FixServer: "Send the code that is meant, with its own phrase.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes",
	When: when(anyStatus, func(x *exchange.Exchange) bool {
		if !received(x) {
			return false
		}
		s := x.Response.Status
		return s < 100 || s > 599 || phraseOf(x.Response) != 0
	}),
	Check: func(c *Case) *Finding {
		m := c.X.Response
		f := &Finding{
			Verdict:  fmt.Sprintf("%d is outside of the classes 1xx to 5xx; clients differ in what they make of it.", m.Status),
			Short:    fmt.Sprintf("%d is in no class", m.Status),
			Evidence: []exchange.Evidence{c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Go by the code."},
				Server: exchange.Advice{Text: "Send a registered code:", Copy: "httpwhy status"},
			},
		}
		if other := phraseOf(m); other != 0 {
			f.Verdict = fmt.Sprintf("The code is %d, but the phrase %s is that of %d; clients go by the code.", m.Status, clip(m.Reason, 40), other)
			f.Short = clip(fmt.Sprintf("%d, but %s", m.Status, m.Reason), shortCells)
			f.Fix.Server = exchange.Advice{Text: fmt.Sprintf("If %d is meant, send it as the code:", other), Copy: fmt.Sprintf("HTTP/1.1 %d %s", other, http.StatusText(other))}
		}
		return f
	},
	Examples: []Example{
		{Name: "phrase", Finds: "The code is 200, but the phrase Not Found is that of 404", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 Not Found
< Content-Length: 0`},
		{Name: "range", Finds: "799 is outside of the classes", Also: []string{"server-error"}, HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 799 Odd
< Content-Length: 0`},
		{Name: "own-phrase", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 All is well
< Content-Length: 0`},
		{Name: "synonym", Also: []string{"uri-too-long"}, HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 414 Request-URI Too Long
< Content-Length: 0`},
	},
})

// phraseCodes are the codes by the lower-case phrases that belong to them alone.
var phraseCodes = func() map[string]int {
	codes := map[string]int{}
	for code := 200; code < 600; code++ {
		if phrase := http.StatusText(code); phrase != "" {
			codes[strings.ToLower(phrase)] = code
		}
	}
	return codes
}()

// phraseOf is the other code of whose class m's phrase is, 0 if there is none:
// within a class many phrases are used for many codes.
func phraseOf(m *exchange.Message) int {
	if m.Reason == "" || len(m.Reason) > 40 || strings.EqualFold(m.Reason, http.StatusText(m.Status)) {
		return 0
	}
	if code := phraseCodes[strings.ToLower(m.Reason)]; code/100 != m.Status/100 {
		return code
	}
	return 0
}
