package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "status-401-no-www-authenticate", Title: "401 does not say how to authenticate", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "A server that answers 401 must name in WWW-Authenticate at least one scheme that it takes. A scheme that browsers do not know, such as Bearer, opens no dialog.",
	FixClient: "Look the scheme up in the documentation.",
	FixServer: "Name the scheme.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-401-unauthorized",
	When:      apiStatus(401),
	Check: func(c *Case) *Finding {
		if c.X.Response.Header.Has("WWW-Authenticate") {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The 401 to %s does not say which credentials are wanted.", clip(c.endpointOf(), 70)),
			Short:    "401 names no scheme",
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("WWW-Authenticate", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look the scheme up in the documentation."},
				Server: exchange.Advice{Text: "Name the scheme:", Copy: `WWW-Authenticate: Bearer realm="` + c.Host() + `"`},
			},
		}
	},
	Examples: []Example{
		{Name: "none", Finds: "The 401 to GET /me does not say", Also: []string{"auth-missing-credentials"}, HTTP: `> GET http://api.test/me HTTP/1.1
< HTTP/1.1 401 Unauthorized`},
		{Name: "named", Also: []string{"auth-missing-credentials"}, HTTP: `> GET http://api.test/me HTTP/1.1
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer`},
	},
})
