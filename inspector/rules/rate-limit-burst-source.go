package rules

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"httpwhy/inspector/endpoint"
	"httpwhy/inspector/exchange"
)

const (
	// burstLeast is the number of requests before a refusal that explain it.
	burstLeast = 10
	// BurstSourceWithin is the time before a refusal in which requests count,
	// unless the server names another window.
	BurstSourceWithin = time.Minute
)

var _ = rule(Rule{
	ID: "rate-limit-burst-source", Title: "Which requests used up the rate limit", Family: RateLimit, Severity: exchange.SeverityInfo,
	Explain:   "A rate limit counts all requests of a client. The endpoint that took most of them is where to save, and it is often another than the one that is refused.",
	FixClient: "Ask for more at once, keep what was fetched, or pause between requests.",
	FixServer: "Offer a list or a filter for what is fetched one by one.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6585.html#section-4",
	When:      status(http.StatusTooManyRequests),
	Check: func(c *Case) *Finding {
		within := BurstSourceWithin
		if l := limitOf(c.X.Response.Header); l != nil && l.Window > 0 && l.Window < within {
			within = l.Window
		}
		counts, first, n := map[string]int{}, c.X, 0
		for _, y := range c.Links.SameHost {
			if c.X.Start.Sub(y.Start) > within {
				continue
			}
			if y.Status() == http.StatusTooManyRequests {
				return nil // an earlier refusal tells
			}
			if n++; n == 1 {
				first = y
			}
			_, template := endpoint.Of(y.URL)
			counts[y.Request.Method+" "+template]++
		}
		if n < burstLeast {
			return nil
		}
		top := ""
		for name, k := range counts {
			if top == "" || k > counts[top] || k == counts[top] && name < top {
				top = name
			}
		}
		span := c.X.Start.Sub(first.Start)
		f := &Finding{
			Related: []exchange.ID{first.ID},
			Verdict: fmt.Sprintf("Before this refusal %d requests went to %s within %s, %d of them %s.", n, c.Host(), duration(span), counts[top], clip(top, 60)),
			Short:   clip(fmt.Sprintf("%d × %s", counts[top], top), shortCells),
			Evidence: []exchange.Evidence{
				{Exchange: first.ID, Part: exchange.SequencePart, Name: "requests", Value: fmt.Sprintf("%d since #%d", n, first.ID)},
				{Part: exchange.SequencePart, Name: top, Value: fmt.Sprintf("%d of %d", counts[top], n)},
				c.statusLine(""),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: fmt.Sprintf("Save at %s: ask for more at once, or keep what was fetched.", clip(top, 60))},
				Server: exchange.Advice{Text: "Offer a list or a filter for what is fetched one by one."},
			},
		}
		if n == MaxSameHost {
			f.Verdict = strings.Replace(f.Verdict, "refusal ", "refusal at least ", 1)
		}
		return f
	},
	Examples: []Example{
		{Name: "items", Finds: "Before this refusal 12 requests went to api.test within 12 s, 11 of them GET /items/{id}", Also: []string{"rate-limited"}, HTTP: burstBefore(12)},
		{Name: "few", Also: []string{"rate-limited"}, HTTP: burstBefore(5)},
		{Name: "again", Also: []string{"rate-limited"}, HTTP: burstBefore(12) + burstRefused(13)},
	},
})

func burstBefore(n int) string {
	var b strings.Builder
	for i := range n {
		path := fmt.Sprintf("/items/%d", i+1)
		if i == 0 {
			path = "/items"
		}
		fmt.Fprintf(&b, "* at 2026-11-22T14:00:%02dZ\n* client 127.0.0.1:5000\n> GET http://api.test%s HTTP/1.1\n< HTTP/1.1 200 OK\n* took 20ms\n", i, path)
	}
	return b.String() + burstRefused(n)
}

func burstRefused(second int) string {
	return fmt.Sprintf("* at 2026-11-22T14:00:%02dZ\n* client 127.0.0.1:5000\n> GET http://api.test/me HTTP/1.1\n< HTTP/1.1 429 Too Many Requests\n* took 5ms\n", second)
}
