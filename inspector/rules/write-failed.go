package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "write-failed", Title: "The server did not take the request", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The connection broke while the request was being sent. Servers do so when the content is too large for them, and when they closed the connection just before.",
	FixClient: "Send less, or repeat it if the method is idempotent.",
	FixServer: "Answer 413 and read on instead of closing at once.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-tear-down",
	When:      failed(exchange.WriteFailed),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("%s did not take the whole request of %s of content: %s.", c.Host(), plural(int(c.X.Request.Body.Size), "byte", "bytes"), trimStop(c.X.Failure.Message)), "request not taken",
			exchange.Advice{Text: "Try it without content:", Copy: c.curl("-H", "Content-Length: 0")},
			exchange.Advice{Text: "See the limits of the content's size:", Copy: "grep -rn client_max_body_size /etc/nginx/"},
		)
	},
	Examples: []Example{
		{Name: "pipe", Finds: "api.test did not take the whole request of 4 bytes", HTTP: `> POST http://api.test/ HTTP/1.1

data
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure write-failed 10.0.0.1:80 "broken pipe"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
