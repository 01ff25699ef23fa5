package rules

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "rate-limited", Title: "Rate limited", Family: RateLimit, Severity: exchange.SeverityError,
	Explain:   "The server counts requests, usually per key or address, and refuses those beyond its limit. Trying again before the time is up prolongs the wait with some servers.",
	FixClient: "Wait as long as the server asks, then go on more slowly, with growing and random pauses.",
	FixServer: "Say in Retry-After how long to wait.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6585.html#section-4",
	When:      status(403, 420, 429, 430, 503, 529),
	Check: func(c *Case) *Finding {
		if g := c.Gateway(); c.X.Response.Status != http.StatusTooManyRequests && (g != nil && g.Fault != "" || !limitEvidence(c)) {
			return nil
		}
		now, _ := c.Now()
		f := &Finding{
			Verdict:  "Rate limited, and the server does not say for how long",
			Short:    "rate limited",
			Evidence: []exchange.Evidence{c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Wait and go on more slowly, with growing pauses:", Copy: c.curl("--retry", "5", "--retry-delay", "10")},
				Server: exchange.Advice{Text: "Say how long to wait:", Copy: "Retry-After: 30"},
			},
		}
		if r := c.resume(now); r != nil {
			wait := max(r.At.Sub(now), 0)
			f.Verdict = fmt.Sprintf("Rate limited: try again at %s, %s after this answer", instant(r.At, now), duration(wait))
			f.Short = clip("rate limited for "+short(wait), shortCells)
			f.Evidence = append(f.Evidence, r.evidence(c))
			seconds := int((wait + time.Second - 1) / time.Second)
			f.Fix.Client = exchange.Advice{Text: "Wait as long as asked, then go on more slowly:", Copy: fmt.Sprintf("sleep %d && %s", seconds, c.curl())}
			f.Fix.Server = exchange.Advice{Text: "Nothing is wrong if the limit is meant. Retry-After is what clients understand best:", Copy: fmt.Sprintf("Retry-After: %d", seconds)}
		}
		f.Verdict += limitWords(c) + "."
		if l := limitOf(c.X.Response.Header); l != nil {
			for _, e := range l.evidence(c) {
				if !slices.ContainsFunc(f.Evidence, func(seen exchange.Evidence) bool { return seen.Name == e.Name }) {
					f.Evidence = append(f.Evidence, e)
				}
			}
		}
		if name := limitFlag(c.X.Response.Header); name != "" {
			f.Evidence = append(f.Evidence, c.responseField(name, "sent when a limit was reached"))
		}
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		return f
	},
	Examples: []Example{
		{Name: "seconds", Finds: "try again at 14:00:47Z, 47 s after this answer; 0 of 100 left", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 429 Too Many Requests
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< Retry-After: 47
< X-RateLimit-Limit: 100
< X-RateLimit-Remaining: 0`},
		{Name: "date", Finds: "try again at 14:02:00Z, 2 min after", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 429 Too Many Requests
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< Retry-After: Sun, 22 Nov 2026 14:02:00 GMT`},
		{Name: "epoch", Finds: "try again at 14:01:00Z", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 403 Forbidden
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< X-RateLimit-Remaining: 0
< X-RateLimit-Reset: 1795356060`},
		{Name: "unknown", Finds: "does not say for how long", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 429 Too Many Requests
< Content-Type: application/json

{"error":"slow down"}`},
		{Name: "overloaded", Finds: "Rate limited", Also: []string{"llm-api-error"}, HTTP: `> POST http://api.test/v1/messages HTTP/1.1
< HTTP/1.1 529
< Content-Type: application/json

{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`},
		{Name: "unavailable", Also: []string{"app-generated-gateway-status"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Retry-After: 120
< Content-Type: text/plain

down for maintenance`},
		{Name: "gateway", Also: []string{"gateway-upstream-refused"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Backend fetch failed
< Retry-After: 5
< Content-Type: text/html

<h1>Error 503 Backend fetch failed</h1><h3>Guru Meditation:</h3><p>XID: 6</p>`},
		{Name: "limit-not-reached", Also: []string{"forbidden"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 403 Forbidden
< X-RateLimit-Remaining: 41`},
	},
})

var limitText = regexp.MustCompile(`(?i)rate.?limit|too many (requests|calls)|throttl|RequestLimitExceeded|SlowDown|overloaded_error|quota.?exceeded|request limit (exceeded|reached)`)
