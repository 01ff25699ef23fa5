package rules

import (
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
)

const (
	// stormSize is the number of failed attempts that make a storm.
	stormSize = 5
	// stormGap is the pause between attempts that leaves a server no time.
	stormGap = time.Second
)

var _ = rule(Rule{
	ID: "retry-storm", Title: "The same request is tried again and again without a pause", Family: RateLimit, Severity: exchange.SeverityWarning,
	Explain:   "A server that fails under load needs fewer requests, not more. Clients should pause between attempts, longer each time, by a random part.",
	FixClient: "Wait between attempts, twice as long each time, with a random part, and stop after some.",
	FixServer: "Say in Retry-After how long to wait.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-idempotent-methods",
	When: when(hasFailure|status4xx|status5xx, func(x *exchange.Exchange) bool {
		return x.Failure != nil && x.Failure.Peer == exchange.ServerPeer || received(x) && (x.Response.Status >= 500 || x.Response.Status == 429)
	}),
	Check: func(c *Case) *Finding {
		if c.Links.WithoutTLS != nil {
			return nil // a question about the port, not an attempt
		}
		// Attempts in a row before this one, each soon after the one before.
		row, next := []exchange.ID{}, c.X
		for i := len(c.Links.Earlier) - 1; i >= 0; i-- {
			e := c.Links.Earlier[i]
			if next.Start.Sub(e.End()) >= stormGap || e.Status() > 0 && e.Status() < 500 && e.Status() != 429 && !e.Synthetic {
				break
			}
			row, next = append(row, e.ID), e
		}
		// One of them tells, and no later one: every further round is one more.
		n := len(row) + 1
		if n < stormSize || n != stormSize && n%stormSize != 0 {
			return nil
		}
		span := c.X.Start.Sub(next.Start)
		return &Finding{
			Related: row,
			Verdict: fmt.Sprintf("%d failed attempts in %s, without a pause between them.", n, short(span)),
			Short:   clip(fmt.Sprintf("%d retries in %s", n, short(span)), shortCells),
			Evidence: []exchange.Evidence{
				c.requestLine(""), {Part: exchange.SequencePart, Name: "attempts", Value: fmt.Sprintf("%d in %s", n, short(span))},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Wait between attempts, twice as long each time:", Copy: "await sleep(Math.random() * Math.min(30_000, 500 * 2 ** attempt))"},
				Server: exchange.Advice{Text: "Say how long to wait:", Copy: "Retry-After: 30"},
			},
		}
	},
	Examples: []Example{
		{Name: "five", Finds: "5 failed attempts in 2 s, without a pause", Also: []string{"server-error"}, HTTP: attemptsAt("00.0", "00.5", "01.0", "01.5", "02.0")},
		{Name: "slow", Also: []string{"server-error"}, HTTP: attemptsAt("00.0", "05.0", "15.0", "30.0", "55.0")},
	},
})

func attemptsAt(seconds ...string) string {
	text := ""
	for _, s := range seconds {
		text += "* at 2026-11-22T14:00:" + s + "Z\n* client 127.0.0.1:5000\n> GET http://api.test/items HTTP/1.1\n< HTTP/1.1 503 Service Unavailable\n* took 9ms\n"
	}
	return text
}
