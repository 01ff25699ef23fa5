package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "response-timeout", Title: "The server did not answer in time", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The connection stood and the request was sent, but no response came.",
	FixClient: "Wait longer, or ask for less.",
	FixServer: "Find out what the server waits for.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-504-gateway-timeout",
	When:      failed(exchange.ResponseTimeout),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("%s took the request but did not answer within %s.", c.Host(), duration(c.X.Timing.Last())), "no answer in "+short(c.X.Timing.Last()),
			exchange.Advice{Text: "Wait longer:", Copy: c.curl("--max-time", "300")},
			exchange.Advice{Text: "Find out what the server waits for, e.g. the database:", Copy: "SELECT pid, state, wait_event, query FROM pg_stat_activity WHERE state <> 'idle';"},
		)
	},
	Examples: []Example{
		{Name: "silent", Finds: "api.test took the request but did not answer within 1 min", HTTP: `> GET http://api.test/report HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure response-timeout 10.0.0.1:80 "no response within 1m0s"
* took 60s`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
