package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "gateway-tls-to-origin", Title: "The TLS handshake behind a gateway fails", Family: Gateway, Severity: exchange.SeverityError,
	Explain:   gatewayExplain,
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Give the origin a valid certificate, or use the right port.",
	Spec:      rfcGateway,
	When:      serverError,
	Check:     gatewayCheck(faultTLS),
	Examples: []Example{
		{Name: "apache", Finds: "the TLS handshake with the server behind it failed", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 500 Proxy Error
< Content-Type: text/html

<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>500 Proxy Error</title>
</head><body>
<h1>Proxy Error</h1>
The proxy server could not handle the request<p>Reason: <strong>Error during SSL Handshake with remote server</strong></p><p />
</body></html>`},
		{Name: "cloudflare", Finds: "Cloudflare made this 525", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 525
< CF-RAY: 8a1b
< Content-Type: text/plain

error code: 525`},
		{Name: "from-the-application", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
	},
})
