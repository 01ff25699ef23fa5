package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "gateway-no-healthy-backend", Title: "A gateway has no healthy backend", Family: Gateway, Severity: exchange.SeverityError,
	Explain:   gatewayExplain,
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Start a backend, and see why its health check fails.",
	Spec:      rfcGateway,
	When:      serverError,
	Check:     gatewayCheck(faultBackends),
	Examples: []Example{
		{Name: "haproxy", Finds: "no server behind it took the request", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Content-Type: text/html

<html><body><h1>503 Service Unavailable</h1>
No server is available to handle this request.
</body></html>`},
		{Name: "envoy", Finds: "no upstream is healthy", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Content-Type: text/plain

no healthy upstream`},
		{Name: "from-the-application", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
	},
})
