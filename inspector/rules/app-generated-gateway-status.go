package rules

import (
	"fmt"
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
			f.Fix.Server.Text = "Look for this request in the application's log. If it is not there, a gateway answered (error_page, ErrorDocument, handle_errors): see its log."
		}
		return f
	},
	Examples: []Example{
		{Name: "json", Finds: "The application produced this 502 itself", HTTP: `> POST http://api.test/pay HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Server: nginx/1.22.1
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
var stockErrors = regexp.MustCompile(`(?i)^(\W|\b(?:50[0-9]|status|code|error|http|message|bad|gateway|service|server|backend|upstream|application|app|the|is|are|we|it|a|an|in|few|` +
	`temporarily|currently|unavailable|down|timeout|time-?out|timed|out|failed|maintenance|for|under|please|try|again|later|soon|back|be|will|sorry|true|false|null)\b)*$`)

// networkErrors are the words of libraries for a peer that fails: a gateway's
// custom page may quote them as well as an application.
var networkErrors = regexp.MustCompile(`^dial tcp|^EOF$|^net/http: |^http: |connection refused|connection reset|ECONN`)

// fromApplication reports whether the response shows that an application made
// it: by its framework, or by words about its own affairs.
func (c *Case) fromApplication() bool {
	if s := c.softwareByField().Name; s != "" && !s.inFront() || c.softwareByContent().Name != "" {
		return true
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
