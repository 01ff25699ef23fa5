package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "status-429-no-retry-after", Title: "The server does not say how long to wait", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "Clients that know how long to wait come back once. Others try again and again, which keeps the load up.",
	FixClient: "Wait with growing and random pauses.",
	FixServer: "Send Retry-After in seconds.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6585.html#section-4",
	When:      apiStatus(429),
	Check: func(c *Case) *Finding {
		for _, f := range c.X.Response.Header {
			if n := strings.ToLower(f.Name); strings.HasPrefix(n, "retry-after") || strings.Contains(n, "ratelimit") || strings.Contains(n, "rate-limit") {
				return nil
			}
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The 429 to %s does not say how long to wait.", clip(c.endpointOf(), 70)),
			Short:    "429 without Retry-After",
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Retry-After", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Wait with growing and random pauses:", Copy: c.curl("--retry", "5")},
				Server: exchange.Advice{Text: "Say how many seconds to wait:", Copy: "Retry-After: 30"},
			},
		}
	},
	Examples: []Example{
		{Name: "none", Finds: "The 429 to GET /items does not say how long", Also: []string{"rate-limited"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 429 Too Many Requests`},
		{Name: "said", Also: []string{"rate-limited"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 429 Too Many Requests
< Retry-After: 3`},
	},
})
