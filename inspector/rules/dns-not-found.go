package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "dns-not-found", Title: "The host name does not exist", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The name servers say that this name does not exist. A name of one word exists only inside a container network or with a search domain; names under .internal or .local often only in a VPN.",
	FixClient: "Check the spelling of the host, and whether a VPN or container network is needed.",
	FixServer: "Add the name to the DNS, or publish the service under one that exists.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc1035.html#section-4.1.1",
	When:      failed(exchange.DNSNotFound),
	Check: func(c *Case) *Finding {
		host, _ := c.dialled()
		hint := ""
		switch {
		case !strings.Contains(host, "."):
			hint = "; a name of one word exists only inside a container network, or with a search domain"
		case strings.HasSuffix(host, ".internal"), strings.HasSuffix(host, ".local"), strings.HasSuffix(host, ".lan"):
			hint = "; names like this exist only in their own network, e.g. a VPN"
		}
		return c.transportFinding(
			fmt.Sprintf("The host %s does not exist%s.", host, hint), "no host "+host,
			exchange.Advice{Text: "Check the spelling, and ask the resolver:", Copy: "getent hosts " + shell(host)},
			exchange.Advice{Text: "Add the name to the DNS, or for a test to /etc/hosts:", Copy: "127.0.0.1 " + host},
		)
	},
	Examples: []Example{
		{Name: "unknown", Finds: "The host api.exmaple.test does not exist.", HTTP: `> GET http://api.exmaple.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure dns-not-found host=api.exmaple.test "lookup api.exmaple.test: no such host"`},
		{Name: "service-name", Finds: "inside a container network", HTTP: `> GET http://backend:3000/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure dns-not-found host=backend "lookup backend: no such host"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
