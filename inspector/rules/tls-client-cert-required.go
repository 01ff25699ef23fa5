package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-client-cert-required", Title: "The server wants a client certificate", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "This server authenticates clients in the TLS handshake (mutual TLS). No certificate was sent, so it closed the connection. httpwhy speaks TLS with the server itself, so a certificate of the program behind it does not get there.",
	FixClient: "Give httpwhy the certificate and key with --client-cert HOST=FILE, or pass the host through with --ignore HOST.",
	FixServer: "Make the certificate optional if other credentials are taken too.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8446.html#section-4.4.2",
	When:      failed(exchange.TLSClientCertRequired),
	Check: func(c *Case) *Finding {
		host, _ := c.dialled()
		return c.transportFinding(
			fmt.Sprintf("%s wants a client certificate, and none was sent.", c.Host()), "client certificate wanted",
			exchange.Advice{Text: "Give httpwhy the certificate and its key, since it is httpwhy that speaks TLS with the server:", Copy: "httpwhy run --client-cert " + host + "=client.pem -- YOUR_COMMAND"},
			exchange.Advice{Text: "Make it optional if it is:", Copy: "ssl_verify_client optional;"},
		)
	},
	Examples: []Example{
		{Name: "alert", Finds: "api.test wants a client certificate, and none was sent", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-client-cert-required 10.0.0.1:443 alert=116 "api.test:443 wants a client certificate"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
