package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-version", Title: "No common TLS version", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "Client and server share no version of TLS. Old servers offer TLS 1.0 and 1.1 alone, which RFC 8996 withdrew; clients speak 1.2 and 1.3.",
	FixClient: "Update the client if it is the one that is old.",
	FixServer: "Switch TLS 1.2 and 1.3 on.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8996.html",
	When:      failed(exchange.TLSVersion),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("%s shares no TLS version with the client: %s.", c.Host(), trimStop(c.X.Failure.Message)), "no common TLS version",
			exchange.Advice{Text: "See which versions the server speaks:", Copy: c.sClient("-tls1_2") + " ; " + c.sClient("-tls1")},
			exchange.Advice{Text: "Switch TLS 1.2 and 1.3 on:", Copy: "ssl_protocols TLSv1.2 TLSv1.3;"},
		)
	},
	Examples: []Example{
		{Name: "alert", Finds: "old.test shares no TLS version with the client", HTTP: `> GET https://old.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-version 10.0.0.1:443 alert=70 "old.test:443 accepts none of the TLS versions that were offered (TLS 1.2 and 1.3)"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
