package rules

import (
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "expect-100-stall", Title: "The client waits for 100 Continue", Family: Content, Severity: exchange.SeverityWarning, Aside: true,
	Explain:   "With Expect: 100-continue a client sends its content only after the server agrees, or after a pause, usually of one second. Servers and gateways that ignore the field cost that second; some answer 417.",
	FixClient: "Send the request without Expect.",
	FixServer: "Answer 100 Continue at once, or the final status.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-expect",
	When:      when(anyStatus|sendsExpect, func(x *exchange.Exchange) bool { return received(x) && x.Request.Header.Has("Expect") }),
	Check: func(c *Case) *Finding {
		f := &Finding{
			Short:    "100-continue stalls",
			Evidence: []exchange.Evidence{c.requestField("Expect", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send it without Expect:", Copy: c.curl("-H", "Expect:", "-d", "@FILE")},
				Server: exchange.Advice{Text: "Answer 100 Continue at once:", Copy: "HTTP/1.1 100 Continue"},
			},
		}
		switch {
		case c.X.Response.Status == 417:
			f.Severity = exchange.SeverityError
			f.Verdict, f.Short = fmt.Sprintf("%s does not take Expect.", c.Host()), "Expect is not taken"
		case len(c.X.Interim) == 0 && c.X.Timing.RequestEnd >= 900*time.Millisecond && c.X.Timing.RequestEnd <= 1500*time.Millisecond && c.X.Request.Body.Size < 64<<10:
			f.Confidence = exchange.Likely
			f.Verdict = fmt.Sprintf("Likely: the client waited in vain for 100 Continue: its content was sent only after %s.", short(c.X.Timing.RequestEnd))
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.TimingPart, Name: "request sent after", Value: short(c.X.Timing.RequestEnd)})
		default:
			return nil
		}
		return f
	},
	Examples: []Example{
		{Name: "stall", Finds: "only after 1 s", HTTP: expecting + `< HTTP/1.1 200 OK
* timing request-end=1001ms first-byte=1010ms end=1010ms`},
		{Name: "refused", Finds: "does not take Expect", Also: []string{"bad-request"}, HTTP: expecting + `< HTTP/1.1 417 Expectation Failed`},
		{Name: "quick", HTTP: expecting + `< HTTP/1.1 200 OK
* timing request-end=3ms first-byte=9ms end=9ms`},
	},
})

const expecting = `> PUT http://api.test/items/7 HTTP/1.1
> Expect: 100-continue
> Content-Type: text/plain

data
`
