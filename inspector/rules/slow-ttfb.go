package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "slow-ttfb", Title: "The answer took far longer than usual", Family: Performance, Severity: exchange.SeverityInfo,
	Explain:   "The time from the end of the request to the first byte of the response is the server's, with all that it asks behind it. This endpoint usually answers faster.",
	FixClient: "Nothing to change.",
	FixServer: "Look at what the server did at this time.",
	Spec:      "https://www.w3.org/TR/server-timing/",
	When: when(anyStatus, func(x *exchange.Exchange) bool {
		return received(x) && x.Timing.FirstByte > time.Second && x.Response.MediaType() != "text/event-stream" && x.Response.Status != 101
	}),
	Check: func(c *Case) *Finding {
		wait := waited(c.X)
		if wait <= time.Second {
			return nil
		}
		var others []time.Duration
		for _, y := range c.Links.Siblings {
			if before(y, c.X) && received(y) && y.Timing.FirstByte > 0 {
				others = append(others, waited(y))
			}
		}
		if len(others) < 5 {
			return nil
		}
		slices.Sort(others)
		median := others[len(others)/2]
		if wait <= 3*median {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s answered after %s; half of the %d before it did within %s.", clip(c.endpointOf(), 70), duration(wait), len(others), duration(median)),
			Short:    clip("slow: "+short(wait)+", usually "+short(median), shortCells),
			Evidence: []exchange.Evidence{{Part: exchange.TimingPart, Name: "waited", Value: short(wait), Note: "from the end of the request to the first byte"}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Nothing to change."},
				Server: exchange.Advice{Text: "Look into the log at this time:", Copy: c.journal()},
			},
		}
		if setup := c.X.Timing.TLSEnd; setup > 0 {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.TimingPart, Name: "connecting", Value: short(max(setup, c.X.Timing.ConnectEnd)), Note: "name, connection and TLS"})
		}
		if c.X.Response.Header.Has("Server-Timing") {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.ResponseHeader, Name: "Server-Timing", Value: clip(strings.Join(c.X.Response.Header.Values("Server-Timing"), ", "), 120)})
		} else {
			f.Fix.Server.Text = "Send Server-Timing to see which part is slow; until then look into the log at this time:"
		}
		return f
	},
	Examples: []Example{
		{Name: "outlier", Finds: "GET /items/{id} answered after 2 s; half of the 5 before it did within 80 ms", HTTP: waits("80ms", "80ms", "80ms", "90ms", "70ms", "2s")},
		{Name: "always-slow", HTTP: waits("1.5s", "1.8s", "2s", "2s", "2s", "2s")},
		{Name: "few", HTTP: waits("80ms", "2s")},
	},
})

// waited is the time from the end of the request to the first byte of the
// response.
func waited(x *exchange.Exchange) time.Duration {
	return x.Timing.FirstByte - min(x.Timing.RequestEnd, x.Timing.FirstByte)
}

func waits(times ...string) string {
	var b strings.Builder
	for i, t := range times {
		fmt.Fprintf(&b, "* at 2026-11-22T14:0%d:00Z\n> GET http://api.test/items/%d HTTP/1.1\n< HTTP/1.1 200 OK\n* timing first-byte=%s end=%s\n", i, i, t, t)
	}
	return b.String()
}
