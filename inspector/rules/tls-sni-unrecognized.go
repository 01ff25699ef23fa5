package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-sni-unrecognized", Title: "The server has no certificate for this name", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The client names the host in the handshake (SNI). The server is not set up for that name and refuses instead of showing the certificate of another.",
	FixClient: "Check the spelling of the host, and whether the name points at this server.",
	FixServer: "Add the name to the configuration, with a certificate for it.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6066.html#section-3",
	When:      failed(exchange.TLSUnrecognizedName),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("%s is not set up for the name %s.", c.address(), c.hostname()), "TLS: name not known",
			exchange.Advice{Text: "Look at the handshake:", Copy: c.sClient()},
			exchange.Advice{Text: "Add the name, with a certificate for it:", Copy: "server_name " + c.hostname() + ";"},
		)
	},
	Examples: []Example{
		{Name: "alert", Finds: "10.0.0.1:443 is not set up for the name api.test", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-unrecognized-name 10.0.0.1:443 host=api.test alert=112 "10.0.0.1:443 does not know the name api.test"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
