package rules

import (
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
)

// FlapWithin is the longest that a restart takes.
const FlapWithin = 2 * time.Minute

var _ = rule(Rule{
	ID: "deploy-flap", Title: "The server was away for a short time, as at a deployment", Family: Gateway, Severity: exchange.SeverityInfo,
	Explain:   "502 and 503 in a row that end within two minutes are typical of a restart: the gateway has no application behind it until the new one listens.",
	FixClient: "Repeat the request after some seconds.",
	FixServer: "Let the new instance answer before the old one ends: readiness checks, and a rolling update.",
	Spec:      rfcGateway,
	When:      status(502, 503),
	Check: func(c *Case) *Finding {
		// The last failure of a row tells of it, once a success follows.
		at, all := -1, c.Links.Siblings
		for i, y := range all {
			if y.ID == c.X.ID {
				at = i
			}
		}
		if at < 1 || at+1 >= len(all) || !Flaps(c.X) || limitEvidence(c) || !healthy(all[at+1]) || all[at+1].Start.Sub(c.X.Start) > FlapWithin {
			return nil
		}
		first := at
		for first > 0 && Flaps(all[first-1]) {
			first--
		}
		away := all[at+1].Start.Sub(all[first].Start)
		n := at - first + 1
		if n < 2 || first == 0 || !healthy(all[first-1]) || away > FlapWithin || away < time.Second {
			return nil
		}
		f := &Finding{
			Confidence: exchange.Possible, Related: []exchange.ID{all[first].ID, all[at+1].ID},
			Verdict: fmt.Sprintf("Was it restarted? %d requests to %s failed within %s, with answers before and after.", n, clip(c.endpointOf(), 60), duration(away)),
			Short:   clip("away for "+short(away)+": a restart?", shortCells),
			Evidence: []exchange.Evidence{
				{Exchange: all[first-1].ID, Part: exchange.SequencePart, Name: "answered before", Value: statusText(all[first-1].Response)},
				c.statusLine(fmt.Sprintf("the last of %d", n)),
				{Exchange: all[at+1].ID, Part: exchange.SequencePart, Name: "answered after", Value: statusText(all[at+1].Response)},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Repeat it after some seconds:", Copy: c.curl("--retry", "5", "--retry-delay", "5")},
				Server: exchange.Advice{Text: "See what was restarted at this time:", Copy: c.journal()},
			},
		}
		return f
	},
	Examples: []Example{
		{Name: "restart", On: 3, Finds: "2 requests to GET /items failed within 10 s, with answers before and after", Also: []string{"server-error"}, HTTP: raceOK("14:00:00") + flapped("14:00:10") + flapped("14:00:15") + raceOK("14:00:20")},
		{Name: "goes-on", Also: []string{"server-error"}, HTTP: raceOK("14:00:00") + flapped("14:00:10") + flapped("14:00:15")},
		{Name: "once", On: 2, Also: []string{"server-error"}, HTTP: raceOK("14:00:00") + flapped("14:00:10") + raceOK("14:00:20")},
		{Name: "long", On: 3, Also: []string{"server-error"}, HTTP: raceOK("14:00:00") + flapped("14:00:10") + flapped("14:15:15") + raceOK("14:15:20")},
	},
})

// Flaps reports whether x failed as requests do while a server is away.
func Flaps(x *exchange.Exchange) bool {
	s := x.Status()
	return received(x) && (s == 502 || s == 503)
}

func healthy(x *exchange.Exchange) bool {
	return received(x) && x.Response.Status >= 200 && x.Response.Status < 400
}

func flapped(at string) string {
	return "* at 2026-11-22T" + at + "Z\n* client 127.0.0.1:5000\n> GET http://api.test/items HTTP/1.1\n< HTTP/1.1 502 Bad Gateway\n* took 900ms\n"
}
