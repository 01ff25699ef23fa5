package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// PreflightStorm is the number of preflights for the same request within a
// minute from which they are worth a note.
const PreflightStorm = 5

// PreflightStormWithin is the time in which they come.
const PreflightStormWithin = time.Minute

// shortMaxAge is how long Chromium keeps a preflight that states no time.
const shortMaxAge = 5

var _ = rule(Rule{
	ID: "cors-preflight-storm", Title: "A preflight before nearly every request", Family: CORS, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "A browser keeps the answer to a preflight for Access-Control-Max-Age, and for 5 seconds if there is none. After that the next request waits for a preflight again, one round trip longer.",
	FixClient: "Nothing to change.",
	FixServer: "Send Access-Control-Max-Age with the answer to preflights; Chromium keeps it for at most 2 hours.",
	Spec:      "https://fetch.spec.whatwg.org/#http-access-control-max-age",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return preflightRequest(x) && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k, earlier := c.CORS(), c.Links.Preflights
		if len(earlier) < PreflightStorm-1 || k == nil || k.Error != "" || !c.Browser() {
			return nil
		}
		value := c.X.Response.Header.Get("Access-Control-Max-Age")
		if age, err := strconv.Atoi(value); value != "" && (err != nil || age > shortMaxAge) {
			return nil // the browser's cache may be switched off
		}
		first, note := earlier[0], ""
		if value == "" {
			note = "Chromium keeps it for 5 s then"
		}
		return &Finding{
			Related: []exchange.ID{first.ID},
			Verdict: fmt.Sprintf("%d preflights for %s %s within %s: browsers may not keep their answer.", len(earlier)+1,
				c.X.Request.Header.Get("Access-Control-Request-Method"), clip(c.Path(), 60), duration(c.X.Start.Sub(first.Start))),
			Short: clip(plural(len(earlier)+1, "preflight", "preflights")+" a minute", shortCells),
			Evidence: []exchange.Evidence{
				sequence(first, "the first of them", statusText(first.Response), ""),
				c.responseField("Access-Control-Max-Age", note),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Nothing to change."},
				Server: exchange.Advice{Text: "Let browsers keep the answer for 2 hours:", Copy: "Access-Control-Max-Age: 7200"},
			},
		}
	},
	Examples: []Example{
		{Name: "no-max-age", Finds: "5 preflights for POST /items within 28 s", HTTP: storm(5, "")},
		{Name: "zero", Finds: "5 preflights", HTTP: storm(5, "< Access-Control-Max-Age: 0\n")},
		{Name: "four", HTTP: storm(4, "")},
		{Name: "cache-switched-off", HTTP: storm(5, "< Access-Control-Max-Age: 600\n")},
	},
})

// storm are n preflights, seven seconds apart.
func storm(n int, field string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "* at 2026-11-22T14:00:%02dZ\n* client 127.0.0.1:5000\n%s< HTTP/1.1 204 No Content\n< Access-Control-Allow-Origin: *\n< Access-Control-Allow-Headers: content-type\n%s* took 4ms\n", 7*i, preflight, field)
	}
	return b.String()
}
