package rules

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "app-generated-gateway-status", Title: "The application itself answered 502, 503 or 504", Family: Gateway, Severity: exchange.SeverityWarning, Fallback: true,
	Explain: "Gateways pass an application's own errors on unchanged, with their own Server and Via fields. This content is none of the pages that gateways make: " +
		"the request reached the application, or a service behind it. Only a page that says no more than its status may be one that a gateway was given to send instead of its own.",
	FixClient: "Read what the application says, and repeat the request later.",
	FixServer: "Look for this error in the application's log. The gateway is not the problem.",
	Spec:      rfcGateway,
	When:      status(502, 503, 504),
	Check: func(c *Case) *Finding {
		if c.Gateway() != nil || c.Text() == "" {
			return nil
		}
		f := &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("The application produced this %d itself; a gateway would have sent a page of its own.", c.X.Response.Status),
			Short:      fmt.Sprintf("%d from the application", c.X.Response.Status),
			Evidence:   []exchange.Evidence{c.statusLine(""), c.bodyHead("no gateway's page")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Read what it says and repeat the request later:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Look for this error in the application's log, not in the gateway's."},
			},
		}
		if !c.fromApplication() {
			f.Confidence = exchange.Possible
			f.Verdict = fmt.Sprintf("This %d is no gateway's own page: the application made it, or a gateway sends a custom error page.", c.X.Response.Status)
			f.Short = fmt.Sprintf("%d, custom page", c.X.Response.Status)
			if text := strings.TrimSpace(c.Text()); strings.EqualFold(text, http.StatusText(c.X.Response.Status)) {
				f.Verdict = fmt.Sprintf("This %d says no more than its status: the application made it, or a gateway that has no page of its own.", c.X.Response.Status)
				f.Short = fmt.Sprintf("%d, bare text", c.X.Response.Status)
			}
			f.Fix.Server.Text = "Look for this request in the application's log. If it is not there, a gateway answered (error_page, ErrorDocument, handle_errors): see its log."
		}
		return f
	},
	Examples: []Example{
		{Name: "json", Finds: "The application produced this 502 itself", HTTP: `> POST http://api.test/pay HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
< Date: Mon, 23 Nov 2026 09:15:36 GMT
< Content-Type: application/json

{"error":"payment"}`},
		{Name: "framework", Finds: "The application produced this 503 itself", HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< X-Powered-By: Express
< Content-Type: text/html

<h1>Service Unavailable</h1>`},
		{Name: "page", Finds: "the application made it, or a gateway sends a custom error page", HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Server: nginx
< Content-Type: text/html

<h1>We will be back soon</h1>`},
		{Name: "phrase", Finds: "the application made it, or a gateway sends a custom error page", HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: application/json

{"error":"Bad Gateway","status":502}`},
		{Name: "bare", Finds: "says no more than its status: the application made it, or a gateway", HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain; charset=utf-8
< Content-Length: 11
< Date: Mon, 23 Nov 2026 09:18:59 GMT

Bad Gateway`},
		{Name: "in-haproxy", Finds: "or a gateway sends a custom error page", HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< content-length: 42
< content-type: application/json

{"error":"the shop moves to another rack"}`},
		{Name: "in-caddy", Finds: "or a gateway sends a custom error page", HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Content-Type: text/plain; charset=utf-8
< Server: Caddy
< Date: Mon, 23 Nov 2026 09:17:57 GMT
< Content-Length: 18

Acme has its party`},
		{Name: "behind-caddy", Finds: "The application produced this 503 itself", HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Content-Length: 18
< Content-Type: text/plain; charset=utf-8
< Date: Mon, 23 Nov 2026 09:17:57 GMT
< Server: Caddy

Acme has its party`},
		{Name: "quoted", Finds: "or a gateway sends a custom error page", HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: application/json
< Date: Mon, 23 Nov 2026 09:19:32 GMT

{"error":"Bad Gateway","message":"socket hang up"}`},
		{Name: "gateway", Also: []string{"gateway-upstream-timeout"}, HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 504 Gateway Timeout
< Content-Type: text/plain

upstream request timeout`},
		{Name: "empty", Also: []string{"server-error"}, HTTP: `> GET http://api.test/pay HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Length: 0`},
	},
})

// stockErrors are the words of error pages that would do for any site.
var stockErrors = regexp.MustCompile(`(?i)^(\W|_|(50[0-9]|status|code|error|http|message|bad|gateway|service|server|site|shop|backend|upstream|application|app|api|the|this|is|are|we|it|a|an|in|few|of|` +
	`temporarily|currently|unavailable|available|not|down|timeout|time-?out|timed|out|failed|closed|maintenance|window|for|under|please|try|again|later|soon|come|back|be|will|sorry|oops|` +
	`moment|minutes?|hours?|today|until|noon|tomorrow|true|false|null|\d+)(\b|_))*$`)

// networkErrors are the words of libraries for a peer that fails: a gateway's
// custom page and a proxy written by hand quote them as well as an application.
var networkErrors = regexp.MustCompile(`dial tcp|^EOF$|net/http: |^http: |malformed (HTTP|MIME)|(?i:connection refused|connection reset|connection aborted)|\bE(CONN|HOSTUN|TIMEDOUT|NOTFOUND|AI_AGAIN|PIPE)|` +
	`socket hang up|fetch failed|^Parse Error: |other side closed|(Headers|Body|Connect) Timeout Error|The operation was aborted|getaddrinfo|Name or service not known|` +
	`Max retries exceeded|Cannot connect to host|RemoteDisconnected|(Read|[Cc]onnect) timed out`)

// fromApplication reports whether the response shows that an application made
// it: by its framework, or by words about its own affairs.
func (c *Case) fromApplication() bool {
	if s := c.softwareByField().Name; s != "" && !s.inFront() || c.softwareByContent().Name != "" {
		return true
	}
	h := c.X.Response.Header
	switch {
	case !h.Has("Date"):
		return false // HAProxy's own have none, whatever they say; those of frameworks do
	case h.Get("Server") == "Caddy" && madeByCaddy(h):
		return false // written in Caddy: respond, handle_errors or a program in it
	}
	text := strings.TrimSpace(c.Text())
	if c.JSON() != nil {
		if m := c.errorMessage(); m != "" {
			text = m
		}
	} else if strings.HasPrefix(text, "<") {
		return false
	}
	text = clip(text, 200)
	return !stockErrors.MatchString(text) && !networkErrors.MatchString(text)
}
