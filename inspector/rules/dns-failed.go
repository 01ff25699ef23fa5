package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "dns-failed", Title: "The name servers did not answer", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "This says nothing about the name: the resolver could not be asked, did not answer in time, or failed itself.",
	FixClient: "Check the network connection, the VPN and the resolver.",
	FixServer: "Nothing: the request never left this machine.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc1035.html#section-4.1.1",
	When:      failed(exchange.DNSTimeout, exchange.DNSFailed),
	Check: func(c *Case) *Finding {
		host, _ := c.dialled()
		return c.transportFinding(
			fmt.Sprintf("The host %s could not be looked up: %s.", host, c.X.Failure.Message), "DNS does not answer",
			exchange.Advice{Text: "See whether the resolver answers:", Copy: "getent hosts " + shell(host) + " ; cat /etc/resolv.conf"},
			exchange.Advice{Text: "Nothing: the request never left this machine."},
		)
	},
	Examples: []Example{
		{Name: "timeout", Finds: "could not be looked up", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure dns-timeout host=api.test "lookup api.test: i/o timeout"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
