package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "gateway-dns-failure", Title: "A gateway cannot resolve the name behind it", Family: Gateway, Severity: exchange.SeverityError,
	Explain:   gatewayExplain,
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Correct the name of the upstream, or the resolver.",
	Spec:      rfcGateway,
	When:      statusFrom(404, 599),
	Check:     gatewayCheck(faultDNS),
	Examples: []Example{
		{Name: "apache", Finds: "cannot resolve the name", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 500 Proxy Error
< Content-Type: text/html

<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>500 Proxy Error</title>
</head><body>
<h1>Proxy Error</h1>
The proxy server could not handle the request<p>Reason: <strong>DNS lookup failure for: app</strong></p><p />
</body></html>`},
		{Name: "from-the-application", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
	},
})
