package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "transport-failed", Title: "The exchange failed", Family: Transport, Severity: exchange.SeverityError,
	Fallback:  true,
	Explain:   "The connection or the protocol failed on the way. The message says at which step.",
	FixClient: "Repeat the request, and look at the step that failed.",
	FixServer: "See the server's log at this time.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-502-bad-gateway",
	When: when(hasFailure, func(x *exchange.Exchange) bool {
		return otherFailure.holds(x) && !leftHandshake(x) // which has a rule of its own
	}),
	Check: func(c *Case) *Finding {
		f := c.transportFinding(
			fmt.Sprintf("The exchange with %s failed: %s.", c.Host(), strings.TrimSuffix(c.X.Failure.Message, ".")), strings.ReplaceAll(string(c.X.Failure.Kind), "-", " "),
			exchange.Advice{Text: "Repeat the request:", Copy: c.curl("-v")},
			exchange.Advice{Text: "See the server's log at this time."},
		)
		if c.X.Failure.Kind == exchange.Interrupted {
			f.Severity = exchange.SeverityInfo
		}
		return f
	},
	Examples: []Example{
		{Name: "address", Finds: "The exchange with api.test failed: connect to 10.0.0.1:443: address family not supported", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure connect-failed 10.0.0.1:443 "connect to 10.0.0.1:443: address family not supported"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})

// otherFailure selects the kinds of failure without a rule of their own.
var otherFailure = failed(exchange.ConnectFailed, exchange.ClientTLSHandshake, exchange.ClientTLSNoSharedAny, exchange.MalformedRequest, exchange.Interrupted, exchange.Other)
