package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "empty-reply", Title: "The server closed the connection without an answer", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The server took the request and closed the connection without a byte. A port that expects TLS does so when it is spoken to in cleartext; so does a server that crashes, or nginx with return 444.",
	FixClient: "Check the port and whether it wants https.",
	FixServer: "Look for a crash, or a rule that drops the request.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-502-bad-gateway",
	When:      failed(exchange.EmptyReply),
	Check: func(c *Case) *Finding {
		client := exchange.Advice{Text: "Check the port. If it is one for TLS, use https:", Copy: curl(c.X.Request.Method, "https"+strings.TrimPrefix(c.X.URL, "http"))}
		if strings.HasPrefix(c.X.URL, "https:") {
			client = exchange.Advice{Text: "Repeat it, and automatically only if the method is idempotent:", Copy: c.curl("--retry", "2", "--retry-all-errors")}
		}
		return c.transportFinding(
			fmt.Sprintf("%s closed the connection without a byte of an answer.", c.Host()), "closed without an answer",
			client, exchange.Advice{Text: "Look for a crash, or a rule that drops the request:", Copy: "grep -rn 'return 444' /etc/nginx/"},
		)
	},
	Examples: []Example{
		{Name: "plain", Finds: "api.test:8443 closed the connection without a byte", HTTP: `> GET http://api.test:8443/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure empty-reply 10.0.0.1:8443 "the server closed the connection without an answer"`},
		{Name: "tls", Finds: "closed the connection", HTTP: `> GET https://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure empty-reply 10.0.0.1:443 "the server closed the connection without an answer"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
