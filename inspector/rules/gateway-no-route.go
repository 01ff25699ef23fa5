package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "gateway-no-route", Title: "A gateway has no route for this host or path", Family: Gateway, Severity: exchange.SeverityError,
	Explain:   gatewayExplain,
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Add a rule for this host and path to the gateway.",
	Spec:      rfcGateway,
	When:      statusFrom(404, 599),
	Check:     gatewayCheck(faultRoute),
	Examples: []Example{
		{Name: "kubernetes", Finds: "no Ingress rule matches", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: text/plain

default backend - 404`},
		{Name: "fastly", Finds: "no service is set up", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 500 Domain Not Found
< Content-Type: text/html

Fastly error: unknown domain: api.test`},
		{Name: "from-the-application", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
	},
})
