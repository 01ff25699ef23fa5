package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "gateway-upstream-refused", Title: "A gateway got no answer from the application behind it", Family: Gateway, Severity: exchange.SeverityError,
	Explain:   gatewayExplain,
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Start the application, on the address and port that the gateway uses.",
	Spec:      rfcGateway,
	When:      serverError,
	Check:     gatewayCheck(faultRefused),
	Examples: []Example{
		{Name: "nginx", Finds: "nginx made this 502 itself", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Content-Type: text/html

<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx/1.22.1</center>
</body>
</html>`},
		{Name: "apache", Finds: "refused the connection", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Content-Type: text/html

<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head>
<title>503 Service Unavailable</title>
</head><body>
<h1>Service Unavailable</h1>
<p>The server is temporarily unable to service your
request due to maintenance downtime or capacity
problems. Please try again later.</p>
</body></html>`},
		{Name: "caddy", Finds: "Caddy made this 502", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: Caddy
< Content-Length: 0`},
		{Name: "varnish", Finds: "Varnish made this 503", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Backend fetch failed
< Server: Varnish
< Retry-After: 5
< Content-Type: text/html

<!DOCTYPE html>
<html>
  <body>
    <h1>Error 503 Backend fetch failed</h1>
    <h3>Guru Meditation:</h3>
    <p>XID: 6</p>
  </body>
</html>`},
		{Name: "envoy", Finds: "the connection to the upstream failed", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Content-Type: text/plain

upstream connect error or disconnect/reset before headers. reset reason: connection failure`},
		{Name: "vite", Finds: "The development server's proxy made this 502 itself", HTTP: `> GET http://app.test/api/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Vary: Origin
< Content-Type: text/plain
< Date: Mon, 23 Nov 2026 05:29:34 GMT
< Connection: keep-alive
< Content-Length: 0`},
		{Name: "from-the-application", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Content-Type: application/json

{"error":"payment"}`},
	},
})
