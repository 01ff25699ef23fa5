package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "status-304-unconditional", Title: "304 without a condition", Family: Cache, Severity: exchange.SeverityWarning,
	Explain:   "304 says that the copy of the client is still good and carries no content. A client that sent no If-None-Match or If-Modified-Since has no copy, so it is left with nothing. Usually something in between removed the condition, or cached a 304.",
	FixClient: "Send the condition only with a stored copy, and see what removes it on the way.",
	FixServer: "Answer 304 only if the request has a condition that is met.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-304-not-modified",
	When:      status(304),
	Check: func(c *Case) *Finding {
		h := c.X.Request.Header
		if asksIfChanged(h) {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s answered 304 Not Modified for %s, but the request has no condition; the client gets no content.", c.Host(), clip(c.Path(), 60)),
			Short:    "304 without condition",
			Evidence: []exchange.Evidence{c.requestField("If-None-Match", ""), c.requestField("If-Modified-Since", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "To see it again:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Without a condition answer with the content:", Copy: "HTTP/1.1 200 OK"},
			},
		}
	},
	Examples: []Example{
		{Name: "bare", Finds: "but the request has no condition", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 304 Not Modified
< ETag: "1"`},
		{Name: "conditional", HTTP: `> GET http://api.test/items HTTP/1.1
> If-None-Match: "1"
< HTTP/1.1 304 Not Modified
< ETag: "1"`},
		{Name: "by-date", HTTP: `> GET http://api.test/items HTTP/1.1
> If-Modified-Since: Sun, 22 Nov 2026 14:00:00 GMT
< HTTP/1.1 304 Not Modified`},
	},
})
