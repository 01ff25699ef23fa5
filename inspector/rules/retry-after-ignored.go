package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "retry-after-ignored", Title: "Tried again before the server allowed it", Family: RateLimit, Severity: exchange.SeverityWarning,
	Explain:   "The server asked this client to wait, and the client sent the same request before that time was up.",
	FixClient: "Read Retry-After and wait that long.",
	FixServer: "Nothing: the answer says how long to wait.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-retry-after",
	When:      statusFrom(400, 599),
	Check: func(c *Case) *Finding {
		for _, e := range c.Links.Earlier {
			if e.Synthetic || e.Response == nil || e.Response.Status != http.StatusTooManyRequests && e.Response.Status != http.StatusServiceUnavailable {
				continue
			}
			if !e.Response.Header.Has("Retry-After") {
				continue
			}
			earlier := &Case{X: e}
			now, _ := earlier.Now()
			r := resumeAt(e.Response.Header, now)
			if r == nil || r.Name != "Retry-After" {
				continue
			}
			waited, asked := c.X.Start.Sub(earlier.answered()), r.At.Sub(now)
			if waited < 0 || waited >= asked {
				continue
			}
			return &Finding{
				Related: []exchange.ID{e.ID},
				Verdict: fmt.Sprintf("Tried again after %s although the server asked to wait %s.", duration(waited), duration(asked)),
				Short:   "retried too soon",
				Evidence: []exchange.Evidence{
					field(e.ID, exchange.ResponseHeader, e.Response.Header, "Retry-After", statusText(e.Response)),
					{Exchange: c.X.ID, Part: exchange.SequencePart, Name: "tried again after", Value: duration(waited)},
				},
				Fix: exchange.Fix{Client: exchange.Advice{Text: "Wait as long as asked; curl does it with:", Copy: c.curl("--retry", "5")}},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "too-soon", Finds: "Tried again after 2 s although the server asked to wait 1 min", Also: []string{"rate-limited"}, HTTP: limited("14:00:00", 60) + limited("14:00:02", 60)},
		{Name: "in-time", Also: []string{"rate-limited"}, HTTP: limited("14:00:00", 60) + limited("14:01:01", 60)},
	},
})

// limited is an exchange of an example.
func limited(at string, wait int) string {
	return fmt.Sprintf(`* at 2026-11-22T%sZ
* client 127.0.0.1:5000
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 429 Too Many Requests
< Date: Sun, 22 Nov 2026 %s GMT
< Retry-After: %d
`, at, at, wait)
}
