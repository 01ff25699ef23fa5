package rules

import (
	"fmt"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "abort-race", Title: "The client replaced the request by a newer one", Family: Client, Severity: exchange.SeverityInfo,
	Explain:   "Search fields and filters cancel the request under way when the input changes and send the next. The cancelled one is no failure.",
	FixClient: "Nothing; fewer requests are sent if the client waits for a pause in typing.",
	FixServer: "Stop working for clients that are gone.",
	Spec:      "https://developer.mozilla.org/docs/Web/API/AbortController",
	When: when(hasFailure|methodGET, func(x *exchange.Exchange) bool {
		return x.Request.Method == http.MethodGet && failed(exchange.ClientGone).holds(x)
	}),
	Check: func(c *Case) *Finding {
		end := c.X.End()
		for _, y := range c.Links.Siblings {
			apart := y.Start.Sub(end)
			if !before(c.X, y) || apart < -50*time.Millisecond || apart > 500*time.Millisecond {
				continue
			}
			what := "the same request"
			if y.URL != c.X.URL {
				what = "one with another query"
			}
			return &Finding{
				Confidence: exchange.Likely, Related: []exchange.ID{y.ID},
				Verdict:  fmt.Sprintf("The client cancelled this request after %s and sent %s at once (#%d).", short(c.X.Timing.Last()), what, y.ID),
				Short:    clip(fmt.Sprintf("replaced by #%d", y.ID), shortCells),
				Evidence: []exchange.Evidence{c.failure(), sequence(y, "next request", pathOf(y.URL), "")},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Nothing is wrong. To send fewer requests, wait for a pause in typing:", Copy: "setTimeout(search, 250)"},
					Server: exchange.Advice{Text: "Nothing to change."},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "typing", Finds: "cancelled this request after 120 ms and sent one with another query at once (#2)", On: 1, HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/search?q=a HTTP/1.1
* failure client-gone peer=client "the client closed the connection"
* took 120ms
* at 2026-11-22T14:00:00.13Z
> GET http://api.test/search?q=ab HTTP/1.1
< HTTP/1.1 200 OK
* took 100ms`},
		{Name: "alone", HTTP: `> GET http://api.test/search?q=a HTTP/1.1
* failure client-gone peer=client "the client closed the connection"
* took 120ms`},
	},
})
