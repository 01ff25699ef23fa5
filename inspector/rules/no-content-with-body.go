package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "no-content-with-body", Title: "A response without content announces some", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain: "204 ends after its header section and must not have Content-Length; 205 must have no content. Clients take bytes behind them for the next response, " +
		"or close the connection.",
	FixClient: "Nothing; do not rely on the content.",
	FixServer: "Answer 200 if there is content, else send none.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-204-no-content",
	When:      status(204, 205),
	Check: func(c *Case) *Finding {
		length := c.X.Response.Header.Get("Content-Length")
		if size := c.X.Response.Body.Size; size == 0 && (length == "" || length == "0") {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The %d announces content, which it cannot have.", c.X.Response.Status),
			Short:    fmt.Sprintf("%d with content", c.X.Response.Status),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Content-Length", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Nothing; do not rely on the content."},
				Server: exchange.Advice{Text: "Leave Content-Length and content out, or answer:", Copy: "HTTP/1.1 200 OK"},
			},
		}
	},
	Examples: []Example{
		{Name: "length", Finds: "The 204 announces content", HTTP: `> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 204 No Content
< Content-Length: 12`},
		{Name: "empty", HTTP: `> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 204 No Content`},
	},
})
