package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "content-length-conflict", Title: "The lengths of the response contradict each other", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "Content-Length is given more than once with different values, is no number, or contradicts Transfer-Encoding. Receivers must refuse it, since two of them could disagree about where the response ends.",
	FixClient: "Nothing: the response cannot be read safely.",
	FixServer: "Let one layer set the length, and compute it from what is sent.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-message-body-length",
	When:      failed(exchange.ContentLengthConflict),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("%s is not clear about the length of %s: %s.", word(c.X.Failure.Peer == exchange.ClientPeer, "The client", c.Host()), word(c.X.Failure.Peer == exchange.ClientPeer, "its request", "its response"), trimStop(c.X.Failure.Message)), "Content-Length conflict",
			exchange.Advice{Text: "Look at the fields:", Copy: c.curl()},
			exchange.Advice{Text: "See which layers set Content-Length:", Copy: "grep -rni 'content-length' ."},
		)
	},
	Examples: []Example{
		{Name: "two", Finds: "api.test is not clear about the length of its response", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure content-length-conflict 10.0.0.1:80 "Content-Length is given as 2 and as 3"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
