package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "connection-reset", Title: "The server broke the connection off", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The server, or a firewall before it, reset the connection instead of answering. Servers do so when they crash, when they close a connection that was idle too long, or when they refuse to read on.",
	FixClient: "Repeat the request if its method is idempotent.",
	FixServer: "Look for a crash, and keep idle connections longer than clients do.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-502-bad-gateway",
	When:      failed(exchange.ConnectionReset),
	Check: func(c *Case) *Finding {
		how := "before it answered"
		if c.X.Response != nil && !c.X.Synthetic {
			how = "in the middle of its answer"
		}
		if c.X.Server.Reused {
			how += ", on a connection that was used before"
		}
		return c.transportFinding(
			fmt.Sprintf("%s broke the connection off %s.", c.Host(), how), "connection reset",
			exchange.Advice{Text: "Repeat it, and automatically only if the method is idempotent:", Copy: c.curl("--retry", "2", "--retry-all-errors")},
			exchange.Advice{Text: "Look for a crash at this time:", Copy: c.journal() + " | grep -iE 'killed|segfault|panic'"},
		)
	},
	Examples: []Example{
		{Name: "reset", Finds: "api.test broke the connection off before it answered", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure connection-reset 10.0.0.1:80 "connection reset by peer"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
