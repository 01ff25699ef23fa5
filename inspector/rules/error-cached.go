package rules

import (
	"fmt"
	"slices"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "error-cached", Title: "A cache answered with an error", Family: Cache, Severity: exchange.SeverityWarning,
	Explain:   "Caches may store errors, some for minutes without being told to. The origin server was not asked, so the error stays after its cause is gone.",
	FixClient: "Ask past the cache to see whether the error is still there.",
	FixServer: "Forbid to store errors, and purge the cache.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.1",
	When:      statusFrom(400, 599),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		age, _ := deltaSeconds(h.Get("Age"))
		if age == 0 {
			return nil
		}
		status := c.X.Response.Status
		f := &Finding{
			Verdict:  fmt.Sprintf("This %d is %s old: a cache sent it, the origin server was not asked.", status, duration(age)),
			Short:    clip(fmt.Sprintf("%d from a cache", status), shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Age", ""), c.responseField("Cache-Control", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Ask past the cache:", Copy: c.curl("-H", "Cache-Control: no-cache")},
				Server: exchange.Advice{Text: "Forbid to store errors:", Copy: "Cache-Control: no-store"},
			},
		}
		if y := c.successSince(age); y != nil {
			f.Related = []exchange.ID{y.ID}
			f.Verdict += fmt.Sprintf(" #%d shows that it works by now.", y.ID)
			f.Evidence = append(f.Evidence, sequence(y, y.Request.Method, statusText(y.Response), "works"))
			return f
		}
		if status < 500 && heuristicallyCacheable(status) {
			f.Severity = exchange.SeverityInfo // what is not there may be remembered as that
		}
		return f
	},
	Examples: []Example{
		{Name: "server-error", Finds: "This 503 is 2 min old", Also: []string{"server-error"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Age: 120`},
		{Name: "not-found", Finds: "This 404 is 2 min old", Also: []string{"not-found"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 404 Not Found
< Age: 120`},
		{Name: "recovered", Finds: "#1 shows that it works by now", Also: []string{"not-found"}, HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK

[1]
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 404 Not Found
< Age: 120
* took 10ms`},
		{Name: "fresh-error", Also: []string{"server-error"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 503 Service Unavailable
< Age: 0`},
		{Name: "success", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Age: 120

[1]`},
	},
})

// successSince is a success of the same request after an error of this age was
// made, nil if none was seen.
func (c *Case) successSince(age time.Duration) *exchange.Exchange {
	if c.X.Start.IsZero() {
		return nil
	}
	made := c.answered().Add(-age)
	for _, y := range slices.Backward(c.Links.SameURL) {
		if ok(y) && y.Request.Method == c.X.Request.Method && answeredAt(y).After(made) && cacheHit(y.Response.Header) == "" {
			return y
		}
	}
	return nil
}
