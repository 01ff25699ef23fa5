package rules

import (
	"fmt"
	"regexp"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "user-agent-missing", Title: "The server wants a User-Agent", Family: Client, Severity: exchange.SeverityError,
	Explain:   "Some public APIs refuse requests that do not say which program sends them, so that they can reach its author.",
	FixClient: "Send a User-Agent with the program's name and a way to reach you.",
	FixServer: "Nothing, if the rule is meant.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-user-agent",
	When:      status(400, 403, 429),
	Check: func(c *Case) *Finding {
		if c.X.Request.Header.Get("User-Agent") != "" || !c.mentions("user-agent", "user agent") || !saysUserAgent.MatchString(c.head(8<<10)) {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s refuses the request because it has no User-Agent.", c.Host()),
			Short:    "no User-Agent",
			Evidence: []exchange.Evidence{c.requestField("User-Agent", ""), c.statusLine(""), c.bodyHead("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Say who you are:", Copy: c.curl("-A", "NAME/1.0 (you@example.org)")},
				Server: exchange.Advice{Text: "Nothing, if the rule is meant."},
			},
		}
	},
	Examples: []Example{
		{Name: "github", Finds: "refuses the request because it has no User-Agent", HTTP: `> GET https://api.github.com/user HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: text/plain

Request forbidden by administrative rules. Please make sure your request has a User-Agent header.`},
		{Name: "other", Also: []string{"forbidden"}, HTTP: `> GET http://api.test/user HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: text/plain

admins only`},
	},
})

var saysUserAgent = regexp.MustCompile(`(?i)\buser[- ]agent\b`)
