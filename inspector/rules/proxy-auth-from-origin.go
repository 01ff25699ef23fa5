package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "proxy-auth-from-origin", Title: "407 from a server that is no proxy", Family: Auth, Severity: exchange.SeverityError,
	Explain:   "407 is for proxies that the client was told to use. Over TLS, or from a gateway that the client does not know, browsers take it for an attempt to get at credentials and fail.",
	FixClient: "Nothing, unless a proxy on the way wants credentials: then set them.",
	FixServer: "Answer 401 with WWW-Authenticate.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-407-proxy-authentication-re",
	When:      status(407),
	Check: func(c *Case) *Finding {
		if c.Links.Answer != nil {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s answered 407, which only a proxy may do; browsers refuse it.", c.Host()),
			Short:    "407 from the server",
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Proxy-Authenticate", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "If a proxy stands before the server, give it credentials:", Copy: c.curl("-H", "Proxy-Authorization: Basic YOUR_CREDENTIALS")},
				Server: exchange.Advice{Text: "Answer 401 and name the scheme:", Copy: `WWW-Authenticate: Basic realm="` + c.Host() + `"`},
			},
		}
		if c.X.Mode == exchange.Forward {
			f.Confidence = exchange.Likely // a transparent proxy may have answered
			f.Verdict = "Likely: a proxy on the way, not " + c.Host() + ", asks for credentials (407)."
			f.Short = "a proxy wants credentials"
		}
		return f
	},
	Examples: []Example{
		{Name: "origin", Finds: "api.test answered 407, which only a proxy may do", HTTP: `* mode intercepted
> GET https://api.test/ HTTP/1.1
< HTTP/1.1 407 Proxy Authentication Required
< Proxy-Authenticate: Basic realm="x"`},
		{Name: "login", Also: []string{"auth-missing-credentials"}, HTTP: `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 401 Unauthorized`},
	},
})
