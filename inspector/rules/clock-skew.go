package rules

import (
	"fmt"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
)

// maxSkew is by how much clocks may differ without harm.
const maxSkew = time.Minute

var _ = rule(Rule{
	ID: "clock-skew", Title: "The server's clock differs from ours", Family: Auth, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "Date is the time of the server when it answered. Tokens, signatures, cookies and caches depend on clocks that agree.",
	FixClient: "Check the clock of this machine.",
	FixServer: "Synchronise the clock.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-date",
	When: when(anyStatus, func(x *exchange.Exchange) bool {
		return received(x) && x.Start.Unix() > 0 && x.Response.Header.Has("Date")
	}),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		// What a cache hands out carries the Date of its making (RFC 9111 section 4.2.3).
		date, err := http.ParseTime(h.Get("Date"))
		if err != nil || h.Has("Age") || h.Has("Warning") || h.Has("X-Cache") || h.Has("Via") {
			return nil
		}
		skew := date.Sub(c.answered())
		if skew.Abs() <= maxSkew || skew < 0 && skew.Abs() < c.X.Timing.Last()+maxSkew || len(h.Values("Date")) > 1 {
			return nil
		}
		f := &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("Likely: the clock of %s is %s %s ours.", c.Host(), duration(skew), word(skew > 0, "ahead of", "behind")),
			Short:      clip("clock "+short(skew)+word(skew > 0, " ahead", " behind"), shortCells),
			Evidence:   []exchange.Evidence{c.responseField("Date", ""), {Part: exchange.TimingPart, Name: "answered at", Value: c.answered().Format(http.TimeFormat), Note: "by our clock"}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Check the clock of this machine:", Copy: "timedatectl status"},
				Server: exchange.Advice{Text: "Check the clock of the server:", Copy: "chronyc tracking"},
			},
		}
		return f
	},
	Examples: []Example{
		{Name: "ahead", Finds: "the clock of api.test is 5 min ahead of ours", HTTP: dated + `< Date: Sun, 22 Nov 2026 14:05:00 GMT`},
		{Name: "behind", Finds: "1 h behind ours", HTTP: dated + `< Date: Sun, 22 Nov 2026 13:00:00 GMT`},
		{Name: "agrees", HTTP: dated + `< Date: Sun, 22 Nov 2026 14:00:01 GMT`},
		{Name: "from-a-cache", HTTP: dated + `< Date: Sun, 22 Nov 2026 13:00:00 GMT
< Age: 3600`},
	},
})

const dated = `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
`
