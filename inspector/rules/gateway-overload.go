package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "gateway-overload", Title: "A gateway refuses because of a limit", Family: Gateway, Severity: exchange.SeverityError,
	Explain:   gatewayExplain,
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Raise the limit, or send fewer requests.",
	Spec:      rfcGateway,
	When:      serverError,
	Check:     gatewayCheck(faultOverload),
	Examples: []Example{
		{Name: "nginx", Finds: "a limit of it was reached", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Temporarily Unavailable
< Content-Type: text/html

<html>
<head><title>503 Service Temporarily Unavailable</title></head>
<body>
<center><h1>503 Service Temporarily Unavailable</h1></center>
<hr><center>nginx/1.22.1</center>
</body>
</html>`},
		{Name: "envoy", Finds: "circuit breaker", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Content-Type: text/plain

upstream connect error or disconnect/reset before headers. reset reason: overflow`},
		{Name: "from-the-application", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
	},
})
