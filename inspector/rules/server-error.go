package rules

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "server-error", Title: "The server answered with an error", Family: Gateway, Severity: exchange.SeverityError,
	Fallback:  true,
	Explain:   "A status from 500 says that the request may be fine, but the server, or one behind it, cannot answer it now.",
	FixClient: "Repeat the request later, and automatically only if its method is idempotent.",
	FixServer: "Look into the log at this time.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-server-error-5xx",
	When:      statusFrom(501, 999),
	Check: func(c *Case) *Finding {
		s := c.X.Response.Status
		g := c.Gateway()
		if g != nil && g.Fault != "" || g == nil && s >= 502 && s <= 504 && c.Text() != "" {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s answered %s to %s %s%s.", c.Host(), c.Status(), c.X.Request.Method, clip(pathOf(c.X.URL), 60), c.quote()),
			Short:    clip(c.Status(), shortCells),
			Evidence: []exchange.Evidence{c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Repeat it later; what the code means:", Copy: fmt.Sprintf("httpwhy status %d", s)},
				Server: exchange.Advice{Text: "Look into the log at this time:", Copy: c.journal()},
			},
		}
		switch s {
		case http.StatusServiceUnavailable:
			c.comeBack(f)
		case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported, http.StatusLoopDetected:
			f.Fix.Client.Text = "The same request will be refused again; what the code means:"
		}
		c.hint(f)
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		if g != nil {
			g.name(f, s)
		}
		return f
	},
	Examples: []Example{
		{Name: "empty-502", Finds: "api.test answered 502 Bad Gateway to GET /items/7", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Length: 0`},
		{Name: "gateway", Finds: "Varnish made this 503 itself: its configuration (VCL) ends the request so", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 503 Maintenance
< Content-Type: text/html; charset=utf-8

<!DOCTYPE html><html><body><h1>Error 503 Maintenance</h1><h3>Guru Meditation:</h3><p>XID: 65547</p></body></html>`},
		{Name: "retry-after", Finds: "; it asks to come back in 30 s.", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< Retry-After: Sun, 22 Nov 2026 14:00:30 GMT`},
		{Name: "not-implemented", Finds: "501 Not Implemented to PROPFIND /", HTTP: `> PROPFIND http://api.test/ HTTP/1.1
< HTTP/1.1 501 Not Implemented`},
		{Name: "unofficial", Finds: "999 is how LinkedIn and others refuse programs.", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 999`},
		{Name: "ok", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})

// comeBack adds when the server asks to be tried again, if Retry-After says so
// (RFC 9110 section 10.2.3).
func (c *Case) comeBack(f *Finding) {
	if !c.X.Response.Header.Has("Retry-After") {
		return
	}
	now, _ := c.Now()
	r := c.resume(now)
	if r == nil || r.At.Before(now) {
		return
	}
	wait := r.At.Sub(now)
	f.Verdict = strings.TrimSuffix(f.Verdict, ".") + "; it asks to come back in " + duration(wait) + "."
	f.Evidence = append(f.Evidence, r.evidence(c))
	f.Fix.Client = exchange.Advice{Text: "Wait as long as asked:", Copy: fmt.Sprintf("sleep %d && %s", (wait+time.Second-1)/time.Second, c.curl())}
}
