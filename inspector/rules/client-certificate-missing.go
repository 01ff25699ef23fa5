package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

// certificateWords are those with which servers refuse, after the handshake, a
// request without a client certificate or with one that does not hold.
var certificateWords = []struct {
	text, who string
	sent      bool
}{
	{"No required SSL certificate was sent", "nginx", false},
	{"The SSL certificate error", "nginx", true},
}

var _ = rule(Rule{
	ID: "client-certificate-missing", Title: "The server wants a client certificate", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "This server lets the TLS handshake succeed and refuses the request afterwards, because no client certificate came or because it does not accept the one that did. httpwhy speaks TLS with the server itself, so a certificate of the program behind it does not get there.",
	FixClient: "Give httpwhy the certificate and key with --client-cert HOST=FILE, or pass the host through with --ignore HOST.",
	FixServer: "Make the certificate optional if other credentials are taken too.",
	Spec:      "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client",
	When: when(status4xx, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == 400 && strings.HasPrefix(x.URL, "https:")
	}),
	Check: func(c *Case) *Finding {
		text := c.head(4 << 10)
		for _, w := range certificateWords {
			if !strings.Contains(text, w.text) {
				continue
			}
			host, _ := c.dialled()
			return &Finding{
				Verdict: fmt.Sprintf("%s wants a client certificate, and %s.", c.Host(), word(w.sent, "does not accept the one that was sent", "none was sent")),
				Short:   "client certificate wanted",
				Evidence: []exchange.Evidence{
					c.statusLine(""), {Part: exchange.ResponseBody, Name: "words of " + w.who, Value: w.text},
				},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Give httpwhy the certificate and its key, since it is httpwhy that speaks TLS with the server:", Copy: "httpwhy run --client-cert " + host + "=client.pem -- YOUR_COMMAND"},
					Server: exchange.Advice{Text: "Make it optional if it is:", Copy: "ssl_verify_client optional;"},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "nginx", Finds: "api.test wants a client certificate, and none was sent", HTTP: `> GET https://api.test/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Server: nginx/1.22.1
< Content-Type: text/html

<html><head><title>400 No required SSL certificate was sent</title></head><body><center><h1>400 Bad Request</h1></center></body></html>`},
		{Name: "refused", Finds: "does not accept the one that was sent", HTTP: `> GET https://api.test/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Server: nginx/1.22.1
< Content-Type: text/html

<html><head><title>400 The SSL certificate error</title></head><body><center><h1>400 Bad Request</h1></center></body></html>`},
		{Name: "another-400", Also: []string{"bad-request"}, HTTP: `> GET https://api.test/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Server: nginx/1.22.1
< Content-Type: text/html

<html><head><title>400 Bad Request</title></head><body><center><h1>400 Bad Request</h1></center></body></html>`},
	},
})
