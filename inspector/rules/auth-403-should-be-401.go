package rules

import (
	"regexp"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "auth-403-should-be-401", Title: "403 where 401 is meant", Family: Auth, Severity: exchange.SeverityInfo,
	Explain:   "403 says that this user may not do it, 401 that the server does not know the user. Clients refresh tokens and ask for passwords after 401 only.",
	FixClient: "Send credentials.",
	FixServer: "Answer 401 with WWW-Authenticate to requests without credentials.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-401-unauthorized",
	When:      status(403),
	Check: func(c *Case) *Finding {
		if c.credentials() != nil {
			return nil
		}
		if !c.mentions("login", "log in", "sign in", "authenticat", "logged in", "token") {
			return nil
		}
		text := c.head(2 << 10)
		proof := loginText.FindString(text)
		if proof == "" || csrfText.MatchString(text) {
			return nil
		}
		return &Finding{
			Confidence: exchange.Likely,
			Verdict:    "Likely: the server does not know who asks, and means 401: no credentials were sent.",
			Short:      "403 means 401 here",
			Evidence:   []exchange.Evidence{c.statusLine(""), c.requestField("Authorization", ""), {Part: exchange.ResponseBody, Name: "the server says", Value: excerpt(proof, 80)}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send credentials:", Copy: c.curl("-H", "Authorization: Bearer YOUR_TOKEN")},
				Server: exchange.Advice{Text: "Answer 401 and name the scheme:", Copy: `WWW-Authenticate: Bearer realm="` + c.Host() + `"`},
			},
		}
	},
	Examples: []Example{
		{Name: "login", Finds: "means 401", Also: []string{"forbidden"}, HTTP: `> GET http://api.test/me HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"detail":"Authentication credentials were not provided."}`},
		{Name: "rights", Also: []string{"forbidden"}, HTTP: `> GET http://api.test/me HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"detail":"admins only"}`},
	},
})

var loginText = regexp.MustCompile(`(?i)[^\n"{}<>]{0,30}(\blog ?in\b|\bsign in\b|unauthenticated|authentication (credentials|required)|not authenticated|not logged in|missing (access )?token|token (is )?missing)[^\n"{}<>]{0,50}`)
