package rules

import (
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
)

// knownTimers are defaults of gateways after which they give up.
var knownTimers = []struct {
	after time.Duration
	whose string
}{
	{10 * time.Second, "Vercel's functions, or the connection of AWS load balancers"},
	{15 * time.Second, "Envoy (route timeout)"},
	{29 * time.Second, "AWS API Gateway"},
	{30 * time.Second, "Heroku, HAProxy's usual setting or Google's load balancer"},
	{60 * time.Second, "nginx (proxy_read_timeout), Apache (ProxyTimeout) or AWS load balancers"},
	{100 * time.Second, "Cloudflare"},
	{120 * time.Second, "IIS and Azure's front ends"},
	{300 * time.Second, "Google Cloud Run"},
}

var _ = rule(Rule{
	ID: "gateway-timeout-fits-default", Title: "The time fits a gateway's default timeout", Family: Gateway, Severity: exchange.SeverityInfo,
	Explain:   "Gateways wait a fixed time for the application. An error after just such a time was probably made by that timer, while the application is still at work.",
	FixClient: "Ask for less at once, or let the server do long work in the background.",
	FixServer: "Answer faster, or raise the gateway's timeout above the application's own.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-504-gateway-timeout",
	When:      status(502, 503, 504, 524),
	Check: func(c *Case) *Finding {
		took := c.X.Timing.FirstByte - c.X.Timing.RequestEnd
		if c.X.Timing.FirstByte == 0 {
			took = c.X.Timing.Last()
		}
		for _, timer := range knownTimers {
			if off := took - timer.after; off.Abs() > timer.after*3/100 {
				continue
			}
			return &Finding{
				Confidence: exchange.Possible,
				Verdict:    fmt.Sprintf("Was it a timer? The %d came after %s, the default of %s.", c.X.Response.Status, short(took), timer.whose),
				Short:      clip("timeout of "+short(timer.after)+"?", shortCells),
				Evidence:   []exchange.Evidence{c.statusLine(""), {Part: exchange.TimingPart, Name: "waited", Value: short(took)}},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Measure where the time goes:", Copy: c.curl("-o", "/dev/null", "-w", "%{time_starttransfer}\\n")},
					Server: c.raiseTimeout("Answer faster, or raise the timeout:", 120),
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "nginx", Finds: "came after 60.2 s, the default of nginx", Also: []string{"gateway-upstream-timeout"}, HTTP: `> GET http://api.test/report HTTP/1.1
< HTTP/1.1 504 Gateway Time-out
< Content-Type: text/html

<center><h1>504 Gateway Time-out</h1></center>
<hr><center>nginx/1.22.1</center>
* timing request-end=1ms first-byte=60.2s end=60.2s`},
		{Name: "at-once", Also: []string{"server-error"}, HTTP: `> GET http://api.test/report HTTP/1.1
< HTTP/1.1 502 Bad Gateway
* took 3ms`},
	},
})
