package rules

import (
	"fmt"
	"strings"

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
			f.Short = jsonLabelledOtherwise
			f.Fix.Client = exchange.Advice{Text: "Label it as JSON:", Copy: "headers: {'Content-Type': 'application/json'}"}
		}
		c.fitToTaken(f)
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
		{Name: "patch-format", Finds: "/items/7 does not take application/json; it takes application/merge-patch+json", HTTP: `> PATCH http://api.test/items/7 HTTP/1.1
> Content-Type: application/json

{"a":1}
< HTTP/1.1 415 Unsupported Media Type
< Accept-Patch: application/merge-patch+json, application/json-patch+json`},
		{Name: "coding", Finds: "/items does not take content with Content-Encoding gzip", HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/json
> Content-Encoding: gzip

x
< HTTP/1.1 415 Unsupported Media Type
< Accept-Encoding: identity`},
		{Name: "ok", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})

// fitToTaken adds what the answer says is taken: types (RFC 5789 section 3.1)
// or codings. Accept-Encoding in a 415 says that the coding was the reason
// (RFC 9110 section 12.5.3).
func (c *Case) fitToTaken(f *Finding) {
	m, h := &c.X.Request, &c.X.Response.Header
	for _, name := range []string{"Accept-Post", "Accept-Patch"} {
		if !h.Has(name) {
			continue
		}
		f.Evidence = append(f.Evidence, c.responseField(name, "what is taken"))
		first, _, _ := strings.Cut(h.Get(name), ",")
		first, _, _ = strings.Cut(first, ";")
		first = strings.TrimSpace(first)
		if strings.Contains(first, "*") || !strings.Contains(first, "/") || strings.EqualFold(first, m.MediaType()) || f.Short == jsonLabelledOtherwise {
			continue
		}
		f.Verdict = strings.TrimSuffix(f.Verdict, ".") + "; it takes " + clip(first, 60) + "."
		f.Fix.Client.Copy = c.curl("-H", "Content-Type: "+first, "--data-binary", "@FILE")
		f.Fix.Server.Copy = name + ": " + first
	}
	if !h.Has("Accept-Encoding") {
		return
	}
	f.Evidence = append(f.Evidence, c.responseField("Accept-Encoding", "what is taken"))
	if coding := m.Header.Get("Content-Encoding"); coding != "" {
		f.Verdict = fmt.Sprintf("%s does not take content with Content-Encoding %s.", clip(c.Path(), 60), clip(coding, 60))
		f.Short = clip("not taken: "+coding, shortCells)
		f.Evidence = append(f.Evidence, c.requestField("Content-Encoding", ""))
		f.Fix.Client = exchange.Advice{Text: "Send it without the coding:", Copy: c.curl("-H", "Content-Type: "+m.MediaType(), "--data-binary", "@FILE")}
		f.Fix.Server = exchange.Advice{Text: "Say which codings are taken:", Copy: "Accept-Encoding: " + clip(h.Get("Accept-Encoding"), 60)}
	}
}

const jsonLabelledOtherwise = "JSON labelled otherwise"
