package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "gateway-bad-upstream-response", Title: "The application behind a gateway did not answer with valid HTTP", Family: Gateway, Severity: exchange.SeverityError,
	Explain:   gatewayExplain,
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Use the right protocol and port, and keep the response's header small.",
	Spec:      rfcGateway,
	When:      serverError,
	Check:     gatewayCheck(faultBad),
	Examples: []Example{
		{Name: "haproxy", Finds: "closed the connection early or answered with invalid HTTP", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/html

<html><body><h1>502 Bad Gateway</h1>
The server returned an invalid or incomplete response.
</body></html>`},
		{Name: "apache", Finds: "Apache made this 502", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/html

<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>502 Bad Gateway</title>
</head><body>
<h1>Bad Gateway</h1>
<p>The proxy server received an invalid
response from an upstream server.<br />
</p>
</body></html>`},
		{Name: "from-the-application", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
	},
})
