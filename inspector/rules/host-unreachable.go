package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "host-unreachable", Title: "There is no way to this address", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The machine or a router knows no way to this address. Often it is an IPv6 address on a network without IPv6, or a VPN that is down.",
	FixClient: "Check the network, the VPN and whether IPv6 works.",
	FixServer: "Publish an address that clients can reach.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-502-bad-gateway",
	When:      failed(exchange.ConnectUnreachable),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("There is no way to %s: %s.", c.address(), c.X.Failure.Message), "unreachable: "+c.address(),
			exchange.Advice{Text: "Check the network, the VPN and whether IPv6 works:", Copy: "ip route ; " + c.curl("-4")},
			exchange.Advice{Text: "Publish an address that clients can reach."},
		)
	},
	Examples: []Example{
		{Name: "no-route", Finds: "There is no way to [2001:db8::1]:443", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure connect-unreachable [2001:db8::1]:443 "network is unreachable"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
