package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-handshake-timeout", Title: "The TLS handshake did not end in time", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The connection was made, and then the handshake stalled. Often the port is for something else that waits for the client to speak, a firewall drops large packets, or the server is overloaded.",
	FixClient: "Check the port, and whether it wants http.",
	FixServer: "See whether the server is overloaded, and the MTU of the way to it.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8446.html#section-2",
	When:      failed(exchange.TLSTimeout),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("%s took the connection and did not finish the TLS handshake in %s.", c.Host(), duration(c.X.Timing.Last())), "TLS handshake timed out",
			exchange.Advice{Text: "Look at the handshake:", Copy: c.sClient()},
			exchange.Advice{Text: "See whether it answers on the machine itself:", Copy: c.sClient()},
		)
	},
	Examples: []Example{
		{Name: "stall", Finds: "did not finish the TLS handshake in 10 s", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-timeout 10.0.0.1:443 "no answer"
* took 10s`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
