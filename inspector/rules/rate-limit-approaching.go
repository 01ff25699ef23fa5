package rules

import (
	"fmt"
	"strconv"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "rate-limit-approaching", Title: "The rate limit is almost reached", Family: RateLimit, Severity: exchange.SeverityInfo,
	Explain:   "The server says how many requests are left. When none is, it answers 429 until the count starts anew.",
	FixClient: "Slow down, or ask for more at once.",
	FixServer: "Nothing: the fields tell clients in time.",
	Spec:      "https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/",
	When:      statusFrom(200, 399),
	Check: func(c *Case) *Finding {
		limit, left, names := limitLeft(c.X.Response.Header)
		if limit < 10 || left < 0 || left*10 >= limit {
			return nil
		}
		f := &Finding{
			Verdict: fmt.Sprintf("%d of %d requests are left", left, limit),
			Short:   clip(fmt.Sprintf("%d of %d requests left", left, limit), 28),
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Slow down, or ask for more at once:", Copy: c.curl("--rate", "1/s")},
				Server: exchange.Advice{Text: "Nothing: the fields tell clients in time."},
			},
		}
		for _, n := range names {
			f.Evidence = append(f.Evidence, c.responseField(n, ""))
		}
		now, _ := c.Now()
		if r := resumeAt(c.X.Response.Header, now); r != nil && r.Name != "Retry-After" && r.At.After(now) {
			f.Verdict += fmt.Sprintf(" for the next %s", duration(r.At.Sub(now)))
			f.Evidence = append(f.Evidence, c.responseField(r.Name, r.Note))
		}
		f.Verdict += "."
		return f
	},
	Examples: []Example{
		{Name: "few", Finds: "3 of 60 requests are left for the next 1 min", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< X-RateLimit-Limit: 60
< X-RateLimit-Remaining: 3
< X-RateLimit-Reset: 60`},
		{Name: "structured", Finds: "5 of 100 requests are left for the next 50 s", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< RateLimit-Policy: "burst";q=100;w=60
< RateLimit: "burst";r=5;t=50`},
		{Name: "enough", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< X-RateLimit-Limit: 60
< X-RateLimit-Remaining: 42`},
	},
})

// limitLeft is the limit and what is left of it, -1 if that is not said, and
// the fields that say so.
func limitLeft(h exchange.Header) (limit, left int64, names []string) {
	for _, p := range limitPairs {
		if !h.Has(p[1]) {
			continue
		}
		limit, err := strconv.ParseInt(h.Get(p[0]), 10, 64)
		left, err2 := strconv.ParseInt(h.Get(p[1]), 10, 64)
		if err == nil && err2 == nil {
			return limit, left, p[:]
		}
	}
	if s := rateLimitOf(h); s != nil && s.quota > 0 {
		return s.quota, s.left, []string{"RateLimit-Policy", "RateLimit"}
	}
	return 0, -1, nil
}
