package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "gateway-upstream-closed-early", Title: "The application behind a gateway closed the connection", Family: Gateway, Severity: exchange.SeverityError,
	Explain:   gatewayExplain,
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Look for a crash, and keep idle connections longer than the gateway does.",
	Spec:      rfcGateway,
	When:      serverError,
	Check:     gatewayCheck(faultClosed),
	Examples: []Example{
		{Name: "apache", Finds: "closed the connection without an answer", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Proxy Error
< Content-Type: text/html

<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>502 Proxy Error</title>
</head><body>
<h1>Proxy Error</h1>
<p>The proxy server received an invalid
response from an upstream server.<br />
The proxy server could not handle the request<p>Reason: <strong>Error reading from remote server</strong></p></p>
</body></html>`},
		{Name: "aws", Finds: "the target closed the connection", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: awselb/2.0
< Content-Type: text/html

<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
</body>
</html>`},
		{Name: "from-the-application", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
	},
})
