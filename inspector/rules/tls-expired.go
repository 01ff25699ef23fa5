package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-expired", Title: "The server's certificate has expired", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "A certificate is valid until its notAfter date. Clients refuse the connection after it.",
	FixClient: "Check the clock of this machine; otherwise the server has to renew.",
	FixServer: "Renew the certificate and reload the server.",
	Spec:      rfcTLS,
	When:      failed(exchange.TLSExpired),
	Check: func(c *Case) *Finding {
		host, _ := c.dialled()
		verdict, brief := fmt.Sprintf("The certificate of %s has expired.", host), "certificate expired"
		if l := c.leaf(); l != nil && !l.NotAfter.IsZero() && c.X.End().After(l.NotAfter) {
			verdict = fmt.Sprintf("The certificate of %s expired %s ago (valid until %s).", host, c.validity(l.NotAfter), l.NotAfter.UTC().Format("2006-01-02 15:04Z"))
			brief = "cert. expired " + short(c.X.End().Sub(l.NotAfter)) + " ago"
		}
		return c.certificateFinding(verdict, brief, exchange.Advice{Text: "Renew the certificate and reload the server:", Copy: "certbot renew --cert-name " + shell(host) + " && systemctl reload nginx"})
	},
	Examples: []Example{
		{Name: "three-days", Finds: "expired 3 days ago (valid until 2026-11-19 14:00Z)", HTTP: `* at 2026-11-22T14:00:00Z
* mode intercepted
> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-expired 10.0.0.1:443 host=api.test "certificate has expired"
* certificate subject="CN=api.test" issuer="CN=ca" names=api.test not-before=2025-01-01T00:00:00Z not-after=2026-11-19T14:00:00Z`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
