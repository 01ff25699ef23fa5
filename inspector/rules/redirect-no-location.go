package rules

import (
	"fmt"
	"slices"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "redirect-no-location", Title: "A redirect without a destination", Family: Redirect, Severity: exchange.SeverityWarning,
	Explain:   "301, 302, 303, 307 and 308 name the next URL in Location. Without it no client can follow; browsers show the content, if there is any.",
	FixClient: "Nothing: the server does not say where to go.",
	FixServer: "Send Location, or a status that is no redirect.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-location",
	When:      when(status3xx, redirecting),
	Check: func(c *Case) *Finding {
		if slices.ContainsFunc(c.X.Response.Header.Values("Location"), func(v string) bool { return v != "" }) || preflightRequest(c.X) {
			return nil
		}
		how := "without"
		if c.X.Response.Header.Has("Location") {
			how = "with an empty"
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s came %s Location: no client can follow it.", c.Status(), how),
			Short:    fmt.Sprintf("%d without Location", c.X.Response.Status),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Location", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Read the content, if there is any:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Name the destination:", Copy: "Location: https://" + c.Host() + "/"},
			},
		}
	},
	Examples: []Example{
		{Name: "absent", Finds: "302 Found came without Location", HTTP: `> GET http://app.test/a HTTP/1.1
< HTTP/1.1 302 Found`},
		{Name: "present", HTTP: hop(0, "/a", "", "/b")},
		{Name: "choices", HTTP: `> GET http://app.test/a HTTP/1.1
< HTTP/1.1 300 Multiple Choices`},
	},
})
