package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "status-407-no-proxy-authenticate", Title: "407 without Proxy-Authenticate", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "A proxy that wants credentials must name the scheme that it accepts; otherwise the client cannot know how to send them.",
	FixClient: "Ask who runs the proxy how it authenticates.",
	FixServer: "Send Proxy-Authenticate with each 407.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-407-proxy-authentication-re",
	When:      status(407),
	Check: func(c *Case) *Finding {
		if c.X.Response.Header.Has("Proxy-Authenticate") {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The 407 to %s names no scheme: Proxy-Authenticate is absent.", clip(c.endpointOf(), 70)),
			Short:    "407 names no scheme",
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Proxy-Authenticate", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Try Basic:", Copy: c.curl("--proxy-user", "USER:PASSWORD")},
				Server: exchange.Advice{Text: "Name the scheme:", Copy: `Proxy-Authenticate: Basic realm="proxy"`},
			},
		}
	},
	Examples: []Example{
		{Name: "none", Finds: "The 407 to GET /items names no scheme", Also: []string{"proxy-auth-from-origin"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 407 Proxy Authentication Required`},
		{Name: "named", Also: []string{"proxy-auth-from-origin"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 407 Proxy Authentication Required
< Proxy-Authenticate: Basic realm="x"`},
	},
})
