package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-handshake-failure", Title: "The server refuses the TLS handshake", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The server broke the handshake off with an alert. Alert 40 most often means that the two share no cipher suite or curve; with TLS 1.2 also that a client certificate is missing.",
	FixClient: "See which suites the server takes, and whether it wants a client certificate. If the client reaches it without httpwhy, pass the host through unread: --ignore.",
	FixServer: "Offer modern suites, and a certificate with a key that clients take.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8446.html#section-6.2",
	When:      failed(exchange.TLSHandshake),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("The TLS handshake with %s failed: %s.", c.Host(), trimStop(c.X.Failure.Message)), "TLS handshake failed",
			exchange.Advice{Text: "If the client reaches the server without httpwhy, --ignore " + c.Host() + " passes it through unread. Look at the handshake:", Copy: c.sClient()},
			exchange.Advice{Text: "Offer suites that clients know:", Copy: "ssl_ciphers HIGH:!aNULL:!MD5;"},
		)
	},
	Examples: []Example{
		{Name: "alert", Finds: "The TLS handshake with api.test failed", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-handshake 10.0.0.1:443 alert=40 "api.test:443 refused the TLS handshake (alert 40, handshake failure): most often it takes no cipher suite or key exchange of those that httpwhy offered"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
