package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-incomplete-chain", Title: "The server does not send an intermediate certificate", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The server sent its own certificate, but not the one that signed it. Browsers often hide this because they know or fetch it; other clients fail.",
	FixClient: "Nothing: the server has to send the whole chain.",
	FixServer: "Send the intermediate certificate after the server's own.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8446.html#section-4.4.2",
	When:      failed(exchange.TLSIncompleteChain),
	Check: func(c *Case) *Finding {
		host, _ := c.dialled()
		issuer := "its issuer"
		if l := c.leaf(); l != nil && l.Issuer != "" {
			issuer = clip(l.Issuer, 80)
		}
		return c.certificateFinding(
			fmt.Sprintf("%s does not send the certificate of %s, so the chain cannot be checked.", host, issuer), "incomplete chain",
			exchange.Advice{Text: "Send the whole chain:", Copy: "cat server.crt intermediate.crt > fullchain.pem   # ssl_certificate fullchain.pem;"},
		)
	},
	Examples: []Example{
		{Name: "one-certificate", Finds: "api.test does not send the certificate of CN=R11", HTTP: `* at 2026-11-22T14:00:00Z
* mode intercepted
> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-incomplete-chain 10.0.0.1:443 host=api.test "certificate signed by unknown authority"
* certificate subject="CN=api.test" issuer="CN=R11" names=api.test not-before=2025-01-01T00:00:00Z not-after=2026-11-19T14:00:00Z`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
