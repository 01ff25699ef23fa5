package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-unknown-ca", Title: "The server's certificate comes from an unknown authority", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The chain ends in an authority that is not among the trusted ones: a private one of a company or a test, or a proxy that intercepts TLS.",
	FixClient: "Trust that authority, if you know it.",
	FixServer: "Use a certificate of an authority that clients know.",
	Spec:      rfcTLS,
	When:      failed(exchange.TLSUnknownCA),
	Check: func(c *Case) *Finding {
		host, _ := c.dialled()
		issuer := "an unknown authority"
		if t := c.X.Server.TLS; t != nil && len(t.Chain) > 0 {
			issuer = clip(t.Chain[len(t.Chain)-1].Issuer, 80) + ", which is not trusted here"
		}
		f := c.certificateFinding(
			fmt.Sprintf("The certificate of %s comes from %s.", host, issuer), "unknown CA",
			exchange.Advice{Text: "Use a certificate of an authority that clients know:", Copy: "certbot certonly --nginx -d " + shell(host)},
		)
		f.Fix.Client = exchange.Advice{Text: "If you know the authority, let httpwhy trust it:", Copy: "httpwhy --upstream-ca ca.pem"}
		return f
	},
	Examples: []Example{
		{Name: "private", Finds: "The certificate of api.test comes from CN=Corp Root, which is not trusted here", HTTP: `* at 2026-11-22T14:00:00Z
* mode intercepted
> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-unknown-ca 10.0.0.1:443 host=api.test "certificate signed by unknown authority"
* certificate subject="CN=api.test" issuer="CN=Corp Issuing" names=api.test not-before=2025-01-01T00:00:00Z not-after=2026-11-19T14:00:00Z
* certificate subject="CN=Corp Issuing" issuer="CN=Corp Root" ca`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
