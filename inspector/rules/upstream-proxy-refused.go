package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "upstream-proxy-refused", Title: "The upstream proxy did not open the tunnel", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "httpwhy asks another proxy for the connection, as it was told to. That proxy refused: it wants credentials (407), forbids the host (403) or could not reach it (502 to 504).",
	FixClient: "Set the credentials of the upstream proxy, or leave this host out.",
	FixServer: "Allow the host in the proxy.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-connect",
	When:      failed(exchange.UpstreamProxyRefused),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("The upstream proxy did not open a way to %s: %s.", c.Host(), trimStop(c.X.Failure.Message)), "upstream proxy refused",
			exchange.Advice{Text: "Try it with the upstream proxy alone:", Copy: c.curl("-v", "-x", "$HTTPS_PROXY")},
			exchange.Advice{Text: "Allow the host in the proxy, or leave it out on the client:", Copy: "NO_PROXY=" + c.hostname()},
		)
	},
	Examples: []Example{
		{Name: "forbidden", Finds: "The upstream proxy did not open a way to api.test", HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure upstream-proxy-refused 10.0.0.1:3128 "CONNECT was answered 403 Forbidden"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
