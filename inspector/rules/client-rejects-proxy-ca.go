package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "client-rejects-proxy-ca", Title: "The client does not trust httpwhy", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "To read https, httpwhy answers with a certificate of its own authority. This client does not trust that authority, so it ended the handshake. Some programs bring their own list of authorities, or accept one certificate only (pinning).",
	FixClient: "Start the client with httpwhy run, or install the authority in its trust store.",
	FixServer: "Nothing: the request never reached the server.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8446.html#section-6.2",
	When:      failed(exchange.ClientRejectsCA),
	Check: func(c *Case) *Finding {
		who := "The client"
		if ua := c.X.Request.Header.Get("User-Agent"); ua != "" {
			who = clip(ua, 40)
		}
		return c.transportFinding(
			fmt.Sprintf("%s does not trust the certificate of httpwhy for %s.", who, c.Host()), "client rejects our CA",
			exchange.Advice{Text: "Start the client with the CA variables set, e.g. for Node, Python, Ruby and curl:", Copy: "httpwhy run -- YOUR_COMMAND"},
			exchange.Advice{Text: "Nothing: the request never reached the server."},
		)
	},
	Examples: []Example{
		{Name: "connect", Finds: "node does not trust the certificate of httpwhy for api.test:443", HTTP: `> CONNECT api.test:443 HTTP/1.1
> User-Agent: node
* failure client-rejects-ca peer=client alert=48 "the client ended the handshake: unknown certificate authority"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
