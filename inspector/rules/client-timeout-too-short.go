package rules

import (
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "client-timeout-too-short", Title: "The client gives up after the same time again and again", Family: Client, Severity: exchange.SeverityWarning,
	Explain:   "People close pages at any time; a program's time limit ends requests after the same time each.",
	FixClient: "Raise the time limit.",
	FixServer: "Answer faster, or with 202 and a place to ask again.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-408-request-timeout",
	When:      failed(exchange.ClientGone),
	Check: func(c *Case) *Finding {
		took := c.X.Timing.Last()
		limit := roundLimit(took)
		if limit == 0 {
			return nil
		}
		var same []exchange.ID
		var slowest *exchange.Exchange
		for _, y := range c.Links.Siblings {
			gone := y.Failure != nil && y.Failure.Kind == exchange.ClientGone
			if gone && before(y, c.X) && roundLimit(y.Timing.Last()) == limit {
				same = append(same, y.ID)
			}
			if ok(y) && before(y, c.X) && (slowest == nil || y.Timing.Last() > slowest.Timing.Last()) {
				slowest = y
			}
		}
		if len(same) == 0 {
			return nil
		}
		f := &Finding{
			Confidence: exchange.Likely, Related: same,
			Verdict:  fmt.Sprintf("The client gave up after %s, as it did %s before: its time limit is shorter than this answer takes.", duration(limit), plural(len(same), "time", "times")),
			Short:    clip("gave up after "+short(limit), shortCells),
			Evidence: []exchange.Evidence{c.took("when the client closed the connection"), {Exchange: same[0], Part: exchange.SequencePart, Name: "gave up before", Value: "after " + duration(limit)}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Raise the time limit and see how long the answer takes:", Copy: c.curl("--max-time", fmt.Sprint(int(4*limit.Seconds())))},
				Server: exchange.Advice{Text: "Answer faster, or with 202 and a place to ask again:", Copy: "HTTP/1.1 202 Accepted\nLocation: /jobs/ID"},
			},
		}
		if slowest != nil {
			f.Evidence = append(f.Evidence, sequence(slowest, "answered", "in "+short(slowest.Timing.Last()), "the slowest answer of this endpoint"))
		}
		return f
	},
	Examples: []Example{
		{Name: "five-seconds", Finds: "gave up after 5 s, as it did 1 time before", HTTP: gaveUp("00", "5.01s") + gaveUp("10", "5.02s")},
		{Name: "at-random", HTTP: gaveUp("00", "3.3s") + gaveUp("10", "5.02s")},
	},
})

// roundLimit is the time limit that programs use and that d fits, 0 if none.
func roundLimit(d time.Duration) time.Duration {
	for _, s := range []int{1, 2, 3, 5, 8, 10, 15, 20, 25, 30, 45, 60, 90, 100, 120, 180, 300, 600} {
		limit := time.Duration(s) * time.Second
		if late := d - limit; late > -20*time.Millisecond && late < 60*time.Millisecond {
			return limit
		}
	}
	return 0
}

func gaveUp(at, took string) string {
	return "* at 2026-11-22T14:00:" + at + "Z\n> GET http://api.test/report HTTP/1.1\n* failure client-gone peer=client \"the client closed the connection\"\n* took " + took + "\n"
}
