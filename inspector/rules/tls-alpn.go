package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-alpn", Title: "No common protocol in TLS", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The client names the protocols that it speaks inside TLS (ALPN), e.g. h2 and http/1.1. The server knows none of them: it is not for HTTP, or for one version of it alone.",
	FixClient: "Check the port, and which HTTP versions the client offers.",
	FixServer: "Offer h2 and http/1.1.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc7301.html#section-3.2",
	When:      failed(exchange.TLSALPN),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("%s speaks none of the protocols that the client offered in TLS.", c.Host()), "no common protocol (ALPN)",
			exchange.Advice{Text: "See what it speaks:", Copy: c.sClient("-alpn", "h2,http/1.1")},
			exchange.Advice{Text: "Offer both versions of HTTP:", Copy: "http2 on;"},
		)
	},
	Examples: []Example{
		{Name: "alert", Finds: "api.test speaks none of the protocols", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-alpn 10.0.0.1:443 alert=120 "api.test:443 speaks none of the protocols that the client offered"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
