package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "rate-limit-approaching", Title: "The rate limit is almost reached", Family: RateLimit, Severity: exchange.SeverityInfo,
	Explain:   "The server says how many requests are left. When none is, it answers 429 until the count starts anew.",
	FixClient: "Slow down, or ask for more at once.",
	FixServer: "Nothing: the fields tell clients in time.",
	Spec:      "https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/",
	When:      having(answersLimit, statusFrom(200, 399)),
	Check: func(c *Case) *Finding {
		l := limitOf(c.X.Response.Header)
		if l == nil || l.Limit < 10 || l.Left*10 >= l.Limit {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s of %s requests are left", count(l.Left), count(l.Limit)),
			Short:    clip(fmt.Sprintf("%s of %s requests left", count(l.Left), count(l.Limit)), shortCells),
			Evidence: l.evidence(c),
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Slow down, or ask for more at once:", Copy: c.curl("--rate", "1/s")},
				Server: exchange.Advice{Text: "Nothing: the fields tell clients in time."},
			},
		}
		now, _ := c.Now()
		if r := resumeAt(c.X.Response.Header, now); r != nil && r.Name != "Retry-After" && r.At.After(now) {
			f.Verdict += fmt.Sprintf(" for the next %s", duration(r.At.Sub(now)))
			if r.Name != "RateLimit" { // it is there already
				f.Evidence = append(f.Evidence, c.responseField(r.Name, r.Note))
			}
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
