package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "not-acceptable", Title: "The server has no representation that the client accepts", Family: Content, Severity: exchange.SeverityError,
	Explain:   "The server answers 406 when it has nothing in the media types, languages or codings of the Accept fields. Some firewalls use 406 for requests that they do not like.",
	FixClient: "Accept what the server has.",
	FixServer: "Send the default representation instead of 406.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-406-not-acceptable",
	When:      status(406),
	Check: func(c *Case) *Finding {
		if who, _, _, _ := firewall(c); who != "" {
			return nil // waf-or-bot-block names it
		}
		var asked []string
		f := &Finding{Evidence: []exchange.Evidence{c.statusLine("")}}
		for _, name := range []string{"Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset"} {
			if v := c.X.Request.Header.Get(name); v != "" && v != "*/*" && v != "*" {
				asked = append(asked, name+": "+clip(v, 40))
				f.Evidence = append(f.Evidence, c.requestField(name, ""))
			}
		}
		f.Verdict = fmt.Sprintf("%s has nothing that matches %s.", c.Host(), strings.Join(asked, " and "))
		f.Short = "nothing matches Accept"
		if len(asked) == 0 {
			f.Confidence = exchange.Likely
			f.Verdict, f.Short = "Likely: a firewall refused the request: the client accepts everything, and got 406.", "406 for Accept: */*"
			f.Evidence = append(f.Evidence, c.requestField("Accept", ""))
		}
		if text := c.Text(); text != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		f.Fix.Client = exchange.Advice{Text: "Accept everything, and see what comes:", Copy: c.curl("-H", "Accept: */*")}
		f.Fix.Server = exchange.Advice{Text: "Say what there is, or send the default:", Copy: "Vary: Accept"}
		return f
	},
	Examples: []Example{
		{Name: "xml", Finds: "api.test has nothing that matches Accept: application/xml", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/items HTTP/1.1
> Accept: application/xml
< HTTP/1.1 406 Not Acceptable`},
		{Name: "firewall", Finds: "Likely: a firewall refused the request", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/items HTTP/1.1
> Accept: */*
< HTTP/1.1 406 Not Acceptable`},
		{Name: "taken", HTTP: quietExample},
	},
})
