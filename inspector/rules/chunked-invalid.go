package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "chunked-invalid", Title: "The chunks of the content are malformed", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "With Transfer-Encoding: chunked each piece begins with its length in hexadecimal. What came there is no length, so nobody knows where the content goes on.",
	FixClient: "Do not use the content; request it again.",
	FixServer: "Let the server or framework write the chunks; do not write them by hand.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-chunked-transfer-coding",
	When:      failed(exchange.ChunkedInvalid),
	Check: func(c *Case) *Finding {
		whose := "the response of " + c.Host()
		if c.X.Failure.Peer == exchange.ClientPeer {
			whose = "the request"
		}
		f := c.transportFinding(
			fmt.Sprintf("The chunks of %s are malformed after %s: %s.", whose, plural(int(max(c.X.Failure.Got, 0)), "byte", "bytes"), trimStop(c.X.Failure.Message)), "malformed chunks",
			exchange.Advice{Text: "Look at the bytes as they come:", Copy: c.curl("--raw")},
			exchange.Advice{Text: "See who sets this field; the server does it by itself:", Copy: "grep -rni 'transfer-encoding' ."},
		)
		if len(c.X.Failure.Excerpt) > 0 {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.FailurePart, Name: "instead of a length", Value: fmt.Sprintf("%q", clip(string(c.X.Failure.Excerpt), 40))})
		}
		if c.unreadBody() {
			f.Severity = exchange.SeverityInfo // nobody misses it
		}
		return f
	},
	Examples: []Example{
		{Name: "no-length", Finds: "The chunks of the response of api.test are malformed after 0 bytes", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Transfer-Encoding: chunked
* body interrupted 0
* failure chunked-invalid 10.0.0.1:80 "\"zz\" is no chunk size" excerpt="zz"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
