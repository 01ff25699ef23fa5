package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "uri-too-long", Title: "The URL is too long", Family: Content, Severity: exchange.SeverityError,
	Explain:   "Servers limit the request line, often to 8 kB. Long lists of IDs, JSON in the query and redirects that add their own URL to a parameter exceed it.",
	FixClient: "Send the data as content of a POST, or fewer at a time.",
	FixServer: "Offer a POST for long queries, or raise the limit.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-414-uri-too-long",
	When:      status(414),
	Check: func(c *Case) *Finding {
		size := int64(len(c.X.URL))
		f := &Finding{
			Verdict:  fmt.Sprintf("The URL of %s is too long for %s.", content.FormatSize(size), c.Host()),
			Short:    clip("URL too long: "+content.FormatSize(size), shortCells),
			Evidence: []exchange.Evidence{{Part: exchange.RequestLine, Name: "URL", Value: content.FormatSize(size), Note: clip(pathOf(c.X.URL), 60)}, c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send the data as content:", Copy: curl("POST", strings.SplitN(c.X.URL, "?", 2)[0], "-d", "@QUERY")},
				Server: c.raiseHeadLimit("Raise the limit:"),
			},
		}
		if u := c.URL(); u != nil {
			longest, n := "", 0
			for name, values := range c.query() {
				if l := len(strings.Join(values, "")); l > n || l == n && name < longest {
					longest, n = name, l
				}
			}
			if n > 0 {
				f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.RequestLine, Name: "parameter " + clip(longest, 40), Value: content.FormatSize(int64(n)), Note: "the longest"})
			}
		}
		return f
	},
	Examples: []Example{
		{Name: "query", Finds: "is too long for api.test", Also: []string{"bad-request"}, HTTP: "> GET http://api.test/items?ids=" + strings.Repeat("1,", 5000) + ` HTTP/1.1
< HTTP/1.1 414 URI Too Long`},
		{Name: "taken", HTTP: `> GET http://api.test/items?ids=1 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})
