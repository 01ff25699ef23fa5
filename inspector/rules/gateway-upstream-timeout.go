package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "gateway-upstream-timeout", Title: "The application behind a gateway did not answer in time", Family: Gateway, Severity: exchange.SeverityError,
	Explain:   gatewayExplain,
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Find out what the application waits for, or raise the gateway's timeout.",
	Spec:      rfcGateway,
	When:      serverError,
	Check:     gatewayCheck(faultTimeout),
	Examples: []Example{
		{Name: "nginx", Finds: "did not answer in time", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 504 Gateway Time-out
< Content-Type: text/html

<html>
<head><title>504 Gateway Time-out</title></head>
<body>
<center><h1>504 Gateway Time-out</h1></center>
<hr><center>nginx/1.22.1</center>
</body>
</html>`},
		{Name: "haproxy", Finds: "HAProxy made this 504", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 504 Gateway Time-out
< Content-Type: text/html

<html><body><h1>504 Gateway Time-out</h1>
The server didn't respond in time.
</body></html>`},
		{Name: "envoy", Finds: "15 s unless set", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 504 Gateway Timeout
< Content-Type: text/plain

upstream request timeout`},
		{Name: "from-the-application", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
	},
})
