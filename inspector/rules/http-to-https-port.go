package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

// httpsWanted are the texts with which servers answer cleartext on a port for
// TLS, and who they are.
var httpsWanted = []struct{ text, who string }{
	{"Client sent an HTTP request to an HTTPS server", "Go"},
	{"The plain HTTP request was sent to HTTPS port", "nginx"},
	{"speaking plain HTTP to an SSL-enabled server port", "Apache"},
	{"This combination of host and port requires TLS", "Tomcat"},
	{"requires TLS", "the server"},
}

var _ = rule(Rule{
	ID: "http-to-https-port", Title: "The port wants https", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The request came in cleartext on a port that expects TLS. Some servers notice it and answer 400; others just close the connection.",
	FixClient: "Use https in the URL.",
	FixServer: "Redirect such requests to https.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-https-uri-scheme",
	When: when(status4xx, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == 400 && strings.HasPrefix(x.URL, "http:")
	}),
	Check: func(c *Case) *Finding {
		text := c.head(4 << 10)
		for _, w := range httpsWanted {
			if !strings.Contains(text, w.text) {
				continue
			}
			f := &Finding{
				Verdict:  fmt.Sprintf("%s wants https, and the request came in cleartext.", c.Host()),
				Short:    "the port wants https",
				Evidence: []exchange.Evidence{c.requestLine(""), c.statusLine(""), {Part: exchange.ResponseBody, Name: "words of " + w.who, Value: w.text}},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Use https:", Copy: curl(c.X.Request.Method, "https"+strings.TrimPrefix(c.X.URL, "http"))},
					Server: exchange.Advice{Text: "Redirect such requests:", Copy: "error_page 497 =308 https://$host:$server_port$request_uri;"},
				},
			}
			if w.who == "the server" {
				f.Confidence = exchange.Likely
			}
			return f
		}
		return nil
	},
	Examples: []Example{
		{Name: "go", Finds: "api.test:8443 wants https", HTTP: `> GET http://api.test:8443/items HTTP/1.1
< HTTP/1.0 400 Bad Request

Client sent an HTTP request to an HTTPS server.`},
		{Name: "nginx", Finds: "wants https", HTTP: `> GET http://api.test:443/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Server: nginx/1.22.1
< Content-Type: text/html

<html>
<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>
<body>
<center><h1>400 Bad Request</h1></center>
<center>The plain HTTP request was sent to HTTPS port</center>
<hr><center>nginx/1.22.1</center>
</body>
</html>`},
		{Name: "apache", Finds: "wants https", HTTP: `> GET http://api.test:443/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: text/html

<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br /></p>`},
		{Name: "other-reason", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 400 Bad Request`},
	},
})
