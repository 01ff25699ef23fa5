package rules

import (
	"fmt"
	"slices"
	"time"

	"httpwhy/inspector/exchange"
)

const (
	// coldIdle is the pause after which instances are put to sleep.
	coldIdle = 5 * time.Minute
	// coldWait is the least wait that is worth a word.
	coldWait = 2 * time.Second
	// coldTimes is how much longer than usual a cold start takes.
	coldTimes = 5
)

var _ = rule(Rule{
	ID: "cold-start", Title: "The first request after a pause is slow", Family: Gateway, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "Platforms put instances to sleep that nobody asks. The next request waits until one is started; those after it do not.",
	FixClient: "Allow a longer timeout for the first request.",
	FixServer: "Keep an instance running, or ask it from time to time.",
	Spec:      rfcGateway,
	When: when(anyStatus, func(x *exchange.Exchange) bool {
		return received(x) && x.Timing.FirstByte >= coldWait && x.Response.MediaType() != "text/event-stream"
	}),
	Check: func(c *Case) *Finding {
		wait := waited(c.X)
		if wait < coldWait {
			return nil
		}
		var earlier []time.Duration
		var last *exchange.Exchange
		for _, y := range c.Links.Siblings {
			if !before(y, c.X) {
				break
			}
			last = y
			if received(y) && y.Timing.FirstByte > 0 {
				earlier = append(earlier, waited(y))
			}
		}
		if len(earlier) < 3 || c.X.Start.Sub(last.End()) < coldIdle {
			return nil
		}
		slices.Sort(earlier)
		usual := earlier[len(earlier)/2]
		if wait < coldTimes*usual {
			return nil
		}
		pause := c.X.Start.Sub(last.End())
		return &Finding{
			Confidence: exchange.Possible, Related: []exchange.ID{last.ID},
			Verdict: fmt.Sprintf("Was it a cold start? %s took %s after a pause of %s; it usually takes %s.", clip(c.endpointOf(), 60), duration(wait), duration(pause), duration(usual)),
			Short:   clip("cold start? "+short(wait), shortCells),
			Evidence: []exchange.Evidence{
				{Part: exchange.TimingPart, Name: "waited", Value: short(wait), Note: "usually " + short(usual)},
				{Exchange: last.ID, Part: exchange.SequencePart, Name: "the request before", Value: duration(pause) + " earlier"},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Allow a longer timeout for the first request:", Copy: c.curl("--max-time", "60")},
				Server: exchange.Advice{Text: "Keep one instance running, e.g. on Cloud Run:", Copy: "gcloud run services update SERVICE --min-instances=1"},
			},
		}
	},
	Examples: []Example{
		{Name: "after-a-pause", Finds: "GET /items took 6 s after a pause of 29 min 57 s; it usually takes 79 ms", HTTP: coldAt("00:00", "80ms") + coldAt("00:01", "70ms") + coldAt("00:02", "90ms") + coldAt("30:00", "6s")},
		{Name: "no-pause", HTTP: coldAt("00:00", "80ms") + coldAt("00:01", "70ms") + coldAt("00:02", "90ms") + coldAt("00:05", "6s")},
		{Name: "always-slow", HTTP: coldAt("00:00", "5s") + coldAt("01:00", "6s") + coldAt("02:00", "5s") + coldAt("30:00", "6s")},
	},
})

func coldAt(at, wait string) string {
	return "* at 2026-11-22T14:" + at + "Z\n* client 127.0.0.1:5000\n> GET http://api.test/items HTTP/1.1\n< HTTP/1.1 200 OK\n* timing request-end=1ms first-byte=" + wait + " end=" + wait + "\n"
}
