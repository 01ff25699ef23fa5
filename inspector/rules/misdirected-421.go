package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "misdirected-421", Title: "The connection is not for this host", Family: Method, Severity: exchange.SeverityError,
	Explain:   "The server cannot answer for this host on this connection: an HTTP/2 client reused a connection whose certificate names both hosts, or the name in TLS (SNI) and Host differ. Browsers repeat the request on a new connection.",
	FixClient: "Repeat it on a new connection, with the same name in SNI and Host.",
	FixServer: "Use certificates that name only the hosts of this server.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-421-misdirected-request",
	When:      status(421),
	Check: func(c *Case) *Finding {
		f := &Finding{
			Verdict:  fmt.Sprintf("The connection that was used does not serve %s.", c.Host()),
			Short:    "wrong connection for host",
			Evidence: []exchange.Evidence{c.statusLine(""), c.requestField("Host", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Repeat it on a new connection:", Copy: c.curl("--http1.1")},
				Server: exchange.Advice{Text: "See which names the certificate has:", Copy: c.sClient() + " | openssl x509 -noout -ext subjectAltName"},
			},
		}
		if t := c.X.Server.TLS; t != nil && t.ServerName != "" {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.ServerTLSPart, Name: "server name (SNI)", Value: clip(t.ServerName, 60)})
		}
		return f
	},
	Examples: []Example{
		{Name: "coalesced", Finds: "does not serve b.test", Also: []string{"bad-request"}, HTTP: `> GET https://b.test/ HTTP/2.0
< HTTP/2.0 421
* server-tls version="TLS 1.3" alpn=h2 name=a.test`},
		{Name: "served", HTTP: quietExample},
	},
})
