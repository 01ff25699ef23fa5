package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-certificate-invalid", Title: "The certificate is not valid", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The certificate of the server breaks a rule of X.509, e.g. it may not be used for servers, a name constraint forbids it, or its signature is too weak.",
	FixClient: "Look at the certificate.",
	FixServer: "Get a certificate that clients accept.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc5280.html#section-6",
	When:      failed(exchange.TLSCertificateInvalid),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("The certificate of %s is not valid: %s.", c.Host(), trimStop(c.X.Failure.Message)), "certificate not valid",
			exchange.Advice{Text: "Look at the certificate:", Copy: c.sClient()},
			exchange.Advice{Text: "Get another certificate:", Copy: "certbot certonly --nginx -d " + c.hostname()},
		)
	},
	Examples: []Example{
		{Name: "usage", Finds: "The certificate of api.test is not valid: incompatible key usage", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-certificate-invalid 10.0.0.1:443 "incompatible key usage"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
