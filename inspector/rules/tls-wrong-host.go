package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-wrong-host", Title: "The server's certificate is for another host", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The host of the URL must be among the certificate's names; a wildcard stands for one label. Old certificates that carry the name in the subject alone are not accepted.",
	FixClient: "Use a host name that the certificate covers.",
	FixServer: "Get a certificate that covers this name.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-https-certificate-verificat",
	When:      failed(exchange.TLSWrongHost),
	Check: func(c *Case) *Finding {
		host, _ := c.dialled()
		names := "it names none"
		if l := c.leaf(); l != nil {
			if all := append(slices.Clone(l.DNSNames), l.IPs...); len(all) > 0 {
				names = "it is for " + clip(strings.Join(all, ", "), 80)
			}
		} else {
			names = c.X.Failure.Message
		}
		return c.certificateFinding(
			fmt.Sprintf("The certificate of the server is not for %s: %s.", host, names), "certificate: wrong host",
			exchange.Advice{Text: "Get a certificate that covers this name:", Copy: "certbot certonly --nginx -d " + shell(host)},
		)
	},
	Examples: []Example{
		{Name: "other-name", Finds: "is not for api.test: it is for www.test, test.", HTTP: `* at 2026-11-22T14:00:00Z
* mode intercepted
> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-wrong-host 10.0.0.1:443 host=api.test "certificate is valid for www.test, test, not api.test"
* certificate subject="CN=www.test" issuer="CN=ca" names=www.test,test not-before=2025-01-01T00:00:00Z not-after=2026-11-19T14:00:00Z`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
