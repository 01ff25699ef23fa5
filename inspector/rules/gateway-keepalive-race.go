package rules

import (
	"fmt"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
)

// raceWithin is the time in which a gateway notices that the connection it
// chose was being closed.
const raceWithin = 50 * time.Millisecond

var _ = rule(Rule{
	ID: "gateway-keepalive-race", Title: "The application closes idle connections before the gateway does", Family: Gateway, Severity: exchange.SeverityWarning,
	Explain: "A gateway reuses connections to the application. If the application closes idle ones earlier (Node after 5 s) than the gateway gives them up (60 s), " +
		"a request may be sent at the moment of closing; it is answered 502 at once, now and then.",
	FixClient: "Repeat the request if its method is idempotent.",
	FixServer: "Keep idle connections in the application longer than in the gateway.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-persistence",
	When:      when(hasFailure|status5xx, raceFailure),
	Check: func(c *Case) *Finding {
		// What began later must not count: it may be seen later or not at all.
		var failures []exchange.ID
		seen, between := 0, false
		for _, s := range c.Links.Siblings {
			if !s.Start.Before(c.X.Start) {
				break
			}
			switch seen++; {
			case raceFailure(s):
				failures = append(failures, s.ID)
			case s.Status() >= 200 && s.Status() < 400 && !s.Synthetic:
				between = between || len(failures) > 0
			default:
				return nil // other failures: it is not only now and then
			}
		}
		if !between {
			return nil
		}
		f := &Finding{
			Confidence: exchange.Likely, Related: failures,
			Verdict: fmt.Sprintf("Likely: the application closed an idle connection just as the gateway used it: %d of %d requests to %s failed, at once, and the others succeeded.",
				len(failures)+1, seen+1, clip(c.Path(), 40)),
			Short:    "keep-alive race at gateway",
			Evidence: []exchange.Evidence{c.took("so no timeout"), {Part: exchange.SequencePart, Name: "failed like this", Value: fmt.Sprintf("%d of %d", len(failures)+1, seen+1)}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Repeat it if its method is idempotent:", Copy: c.curl("--retry", "2", "--retry-all-errors")},
				Server: exchange.Advice{Text: "Keep idle connections longer than the gateway does, in Node:", Copy: "server.keepAliveTimeout = 65_000; server.headersTimeout = 66_000;"},
			},
		}
		if c.X.Response != nil {
			f.Evidence = append(f.Evidence, c.statusLine(""))
		}
		return f
	},
	Examples: []Example{
		{Name: "now-and-then", On: 4, Finds: "2 of 4 requests to /items failed, at once", Also: []string{"server-error"}, HTTP: raceOK("14:00:00") + raceBad("14:00:10") + raceOK("14:00:11") + raceBad("14:00:30") + raceOK("14:00:31")},
		{Name: "once", On: 2, Also: []string{"server-error"}, HTTP: raceOK("14:00:00") + raceBad("14:00:10") + raceOK("14:00:11")},
		{Name: "always", Also: []string{"server-error", "retry-storm"}, HTTP: raceBad("14:00:00") + raceBad("14:00:10")},
	},
})

// raceFailure selects what a connection that was closed meanwhile looks like.
func raceFailure(x *exchange.Exchange) bool {
	if x.Timing.Last() > raceWithin {
		return false
	}
	if x.Failure != nil {
		return x.Server.Reused && (x.Failure.Kind == exchange.EmptyReply || x.Failure.Kind == exchange.ConnectionReset)
	}
	return received(x) && x.Response.Status == http.StatusBadGateway
}

func raceOK(at string) string {
	return "* at 2026-11-22T" + at + "Z\n* client 127.0.0.1:5000\n> GET http://api.test/items HTTP/1.1\n< HTTP/1.1 200 OK\n* took 9ms\n"
}

func raceBad(at string) string {
	return "* at 2026-11-22T" + at + "Z\n* client 127.0.0.1:5000\n> GET http://api.test/items HTTP/1.1\n< HTTP/1.1 502 Bad Gateway\n* took 4ms\n"
}
