package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "unsupported-media-type", Title: "The server does not take this kind of content", Family: Content, Severity: exchange.SeverityError,
	Explain:   "The server decides by Content-Type how to read the content. fetch labels a string as text/plain, curl -d as a form.",
	FixClient: "Label the content as what it is.",
	FixServer: "Say in Accept-Post which types are taken.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-415-unsupported-media-type",
	When:      status(415),
	Check: func(c *Case) *Finding {
		m := &c.X.Request
		sent := m.MediaType()
		if sent == "" {
			sent = "content without Content-Type"
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s does not take %s.", clip(c.Path(), 60), clip(sent, 60)),
			Short:    clip("not taken: "+sent, shortCells),
			Evidence: []exchange.Evidence{c.requestField("Content-Type", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Label the content as what it is, e.g.:", Copy: c.curl("-H", "Content-Type: application/json", "-d", "{…}")},
				Server: exchange.Advice{Text: "Say which types are taken:", Copy: "Accept-Post: application/json"},
			},
		}
		if m.Body.Whole() && !isJSON(m.MediaType()) && parseJSON(string(m.Body.Data)) != nil {
			f.Verdict = fmt.Sprintf("The content is JSON but labelled %s, which %s does not take.", clip(sent, 60), clip(c.Path(), 60))
			f.Short = "JSON labelled otherwise"
			f.Fix.Client = exchange.Advice{Text: "Label it as JSON:", Copy: "headers: {'Content-Type': 'application/json'}"}
		}
		for _, name := range []string{"Accept-Post", "Accept-Patch", "Accept-Encoding"} {
			if c.X.Response.Header.Has(name) {
				f.Evidence = append(f.Evidence, c.responseField(name, "what is taken"))
			}
		}
		return f
	},
	Examples: []Example{
		{Name: "json-as-text", Finds: "The content is JSON but labelled text/plain", HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: text/plain;charset=UTF-8

{"a":1}
< HTTP/1.1 415 Unsupported Media Type`},
		{Name: "xml", Finds: "/items does not take application/xml", HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/xml

<a/>
< HTTP/1.1 415 Unsupported Media Type
< Accept-Post: application/json`},
		{Name: "ok", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})
