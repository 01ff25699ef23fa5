package rules

import (
	"net/http"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "proxy-credentials-wanted", Title: "httpwhy itself asked for its user and password", Family: Transport, Severity: exchange.SeverityInfo,
	Explain:   "httpwhy was started with --proxy-auth, so it answers requests without its user and password by 407 and passes nothing on. Clients that know them repeat the request.",
	FixClient: "Put the user and password into the address of the proxy.",
	FixServer: "Nothing: the server was not asked.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-407-proxy-authentication-re",
	When: when(0, func(x *exchange.Exchange) bool {
		return x.Synthetic && x.Status() == http.StatusProxyAuthRequired && (x.Failure == nil || x.Failure.Kind == exchange.Other)
	}),
	Check: func(c *Case) *Finding {
		f := &Finding{
			Verdict:  "httpwhy asked the client for its user and password (--proxy-auth); the server was not asked.",
			Short:    "httpwhy wants its password",
			Evidence: []exchange.Evidence{c.requestField("Proxy-Authorization", ""), c.responseField("Proxy-Authenticate", "made by httpwhy")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Give the client the address with user and password:", Copy: "export HTTPS_PROXY=http://USER:PASSWORD@PROXY_HOST:PORT HTTP_PROXY=http://USER:PASSWORD@PROXY_HOST:PORT"},
				Server: exchange.Advice{Text: "Nothing: the server was not asked."},
			},
		}
		if c.X.Failure != nil {
			f.Severity = exchange.SeverityError
			f.Verdict = "The client sent a wrong user or password for httpwhy (--proxy-auth); the server was not asked."
			f.Short = "wrong password for httpwhy"
			f.Evidence = append(f.Evidence, c.failure())
		}
		return f
	},
	Examples: []Example{
		{Name: "first", Finds: "httpwhy asked the client for its user and password", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 407 Proxy Authentication Required
< Proxy-Authenticate: Basic realm="httpwhy", charset="UTF-8"
* synthetic`},
		{Name: "wrong", Finds: "a wrong user or password for httpwhy", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 407 Proxy Authentication Required
< Proxy-Authenticate: Basic realm="httpwhy", charset="UTF-8"
* synthetic
* failure other peer=client "the client sent a wrong user or password for httpwhy"`},
		{Name: "from-the-server", Also: []string{"proxy-auth-from-origin"}, HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 407 Proxy Authentication Required`},
	},
})
