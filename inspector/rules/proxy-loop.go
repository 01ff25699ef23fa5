package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "proxy-loop", Title: "The request leads back to httpwhy", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The target of the request is the proxy itself, so passing it on would come back for ever. Often a reverse address or a host name points at the proxy's own port.",
	FixClient: "Request the server instead of the proxy.",
	FixServer: "Point the name or the gateway at the server.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-via",
	When:      failed(exchange.ProxyLoop),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("The target %s is httpwhy itself.", c.Host()), "the target is httpwhy",
			exchange.Advice{Text: "Request the server itself:", Copy: curl(c.X.Request.Method, "http://SERVER"+pathOf(c.X.URL))},
			exchange.Advice{Text: "See which program listens where:", Copy: "ss -ltnp"},
		)
	},
	Examples: []Example{
		{Name: "itself", Finds: "The target 127.0.0.1:8080 is httpwhy itself", HTTP: `> GET http://127.0.0.1:8080/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure proxy-loop 127.0.0.1:8080 peer=proxy "127.0.0.1:8080 is httpwhy itself"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
