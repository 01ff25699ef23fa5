package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "connection-timeout", Title: "The connection was not accepted in time", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "Nobody answered: neither that the port is open nor that it is closed. Firewalls and security groups drop packets silently; so does an address that is not in use.",
	FixClient: "Check the address, the VPN and the firewall.",
	FixServer: "Open the port for this client in the firewall or security group.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-502-bad-gateway",
	When:      failed(exchange.ConnectTimeout),
	Check: func(c *Case) *Finding {
		addr := c.address()
		return c.transportFinding(
			fmt.Sprintf("%s did not answer within %s: a firewall drops the packets, or the address is wrong.", addr, duration(c.X.Timing.Last())), "timeout: "+addr,
			exchange.Advice{Text: "Check address, VPN and firewall:", Copy: c.curl("--connect-timeout", "5")},
			exchange.Advice{Text: "See whether the packets arrive:", Copy: "tcpdump -ni any 'tcp[tcpflags] & tcp-syn != 0'"},
		)
	},
	Examples: []Example{
		{Name: "dropped", Finds: "10.0.0.9:443 did not answer within 30 s", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure connect-timeout 10.0.0.9:443 host=api.test "connect to 10.0.0.9:443: i/o timeout"
* took 30s`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
