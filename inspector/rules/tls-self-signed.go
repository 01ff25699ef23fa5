package rules

import (
	"fmt"
	"net"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-self-signed", Title: "The server's certificate is self-signed", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The server signed its certificate itself, so nobody vouches for it. This is common for test servers.",
	FixClient: "Trust this certificate explicitly, for this server only.",
	FixServer: "Use a certificate of an authority that clients know.",
	Spec:      rfcTLS,
	When:      failed(exchange.TLSSelfSigned),
	Check: func(c *Case) *Finding {
		host, port := c.dialled()
		f := c.certificateFinding(
			fmt.Sprintf("The certificate of %s is self-signed, and nobody vouches for it.", host), "self-signed certificate",
			exchange.Advice{Text: "Get a certificate of an authority that clients know:", Copy: "certbot certonly --nginx -d " + shell(host)},
		)
		f.Fix.Client = exchange.Advice{
			Text: "Save it and let httpwhy trust it:",
			Copy: fmt.Sprintf("openssl s_client -connect %s </dev/null | openssl x509 > server.pem && httpwhy --upstream-ca server.pem", shell(net.JoinHostPort(host, port))),
		}
		return f
	},
	Examples: []Example{
		{Name: "test-server", Finds: "The certificate of api.test is self-signed", HTTP: `* at 2026-11-22T14:00:00Z
* mode intercepted
> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-self-signed 10.0.0.1:443 host=api.test "certificate signed by itself"
* certificate subject="CN=api.test" issuer="CN=api.test" names=api.test not-before=2025-01-01T00:00:00Z not-after=2026-11-19T14:00:00Z`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
