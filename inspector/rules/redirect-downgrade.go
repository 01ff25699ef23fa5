package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "redirect-downgrade", Title: "A redirect leads from https to http", Family: Redirect, Severity: exchange.SeverityWarning,
	Explain:   "The next request is sent in cleartext, and pages loaded over https may not follow it at all. Often a server behind a TLS gateway builds the URL from its own scheme and port.",
	FixClient: "Request the https URL of the destination.",
	FixServer: "Redirect to a path instead of an absolute URL, or pass the scheme on to the application.",
	Spec:      "https://www.w3.org/TR/mixed-content/",
	When:      when(status3xx, redirecting),
	Check: func(c *Case) *Finding {
		u := c.URL()
		if u == nil || !strings.EqualFold(u.Scheme, "https") {
			return nil
		}
		next := c.destination()
		if next == nil || next.Scheme != "http" || internalHost(next.Hostname()) && !internalHost(u.Hostname()) || clientChosen(c) {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The %d leads from https to http: %s.", c.X.Response.Status, clip(content.MaskURL(next.String()), 80)),
			Short:    "redirect: https to http",
			Evidence: []exchange.Evidence{c.requestLine(""), c.responseField("Location", c.Status())},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Request it over https:", Copy: curl(c.X.Request.Method, "https"+strings.TrimPrefix(next.String(), "http"))},
				Server: c.redirectTo("Redirect to the https URL:", c.X.Response.Status, "https"+strings.TrimPrefix(next.String(), "http")),
			},
		}
		if next.Hostname() == u.Hostname() {
			if f.Fix.Server = c.trustForwardedProto("Tell the application, and let it believe, that the client uses https:"); c.software().Name == nginx {
				f.Fix.Server = c.forServer("Do not build absolute URLs behind TLS:", lines{nginx: "absolute_redirect off;"}, "")
			}
		}
		return f
	},
	Examples: []Example{
		{Name: "slash", Finds: "leads from https to http: http://app.test:8080/dir/", HTTP: hop(0, "https://app.test/dir", "", "http://app.test:8080/dir/")},
		{Name: "upgrade", HTTP: hop(0, "http://app.test/dir", "", "https://app.test/dir")},
		{Name: "path", HTTP: hop(0, "https://app.test/dir", "", "/dir/")},
	},
})
