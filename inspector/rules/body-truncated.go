package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "body-truncated", Title: "The response ended too early", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The server announced more than it sent. What arrived is not the whole content, although the status says success.",
	FixClient: "Do not use the content; request it again.",
	FixServer: "See why writing ended early: a crash, a time limit, a full disk, or a wrong Content-Length.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-handling-incomplete-message",
	When:      failed(exchange.BodyTruncated),
	Check: func(c *Case) *Finding {
		fail := c.X.Failure
		got := fmt.Sprintf("the response broke off after %d bytes", fail.Got)
		if fail.Expected >= 0 {
			got = fmt.Sprintf("only %d of %d bytes of the response came", fail.Got, fail.Expected)
		}
		f := c.transportFinding(
			fmt.Sprintf("The server ended too early: %s.", got), "response cut short",
			exchange.Advice{Text: "Do not use the content; request it again:", Copy: c.curl()},
			exchange.Advice{Text: "See why writing ended early: a crash, a time limit, a full disk, or a wrong Content-Length:", Copy: "tail -20 /var/log/nginx/error.log ; df -h"},
		)
		if c.X.Response != nil && c.X.Response.Header.Has("Content-Length") {
			f.Evidence = append(f.Evidence, c.responseField("Content-Length", ""))
		}
		if c.unreadBody() {
			f.Severity = exchange.SeverityInfo // nobody misses it
		}
		return f
	},
	Examples: []Example{
		{Name: "length", Finds: "only 5 of 100 bytes of the response came", HTTP: `> GET http://api.test/file HTTP/1.1
< HTTP/1.1 200 OK
< Content-Length: 100

short
* body interrupted 5
* failure body-truncated "unexpected end of the response" expected=100 got=5`},
		{Name: "chunked", Finds: "broke off after 5 bytes", HTTP: `> GET http://api.test/file HTTP/1.1
< HTTP/1.1 200 OK
< Transfer-Encoding: chunked

hello
* body interrupted 5
* failure body-truncated "unexpected end of the response" got=5`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
