package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "redirect-permanent-cached", Title: "Browsers keep this redirect", Family: Redirect, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "301 and 308 may be kept without a time limit unless Cache-Control says otherwise. A mistake in them stays in browsers after the server was repaired.",
	FixClient: "Clear the browser's cache to see a changed redirect.",
	FixServer: "Limit the time with Cache-Control, or use 302 or 307 until the new URL has proved itself.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-301-moved-permanently",
	When: when(status3xx, func(x *exchange.Exchange) bool {
		return received(x) && (x.Response.Status == http.StatusMovedPermanently || x.Response.Status == http.StatusPermanentRedirect) &&
			!x.Response.Header.Has("Cache-Control") && !x.Response.Header.Has("Expires")
	}),
	Check: func(c *Case) *Finding {
		h, u := c.X.Request.Header, c.URL()
		if u == nil || c.X.Response.Header.Get("Location") == "" || c.X.Request.Method != http.MethodGet {
			return nil
		}
		why := ""
		switch {
		case h.Has("Authorization"):
			why = "this request carries credentials"
		case looksLikeLogin(u):
			why = "this is part of a login"
		case wantsJSON(&c.X.Request):
			why = "this is an API"
		default:
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("Browsers may keep this %d forever, and %s.", c.X.Response.Status, why),
			Short:    fmt.Sprintf("%d kept without limit", c.X.Response.Status),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Location", ""), c.responseField("Cache-Control", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Clear the browser's cache to see a changed redirect."},
				Server: exchange.Advice{Text: "Limit the time:", Copy: "Cache-Control: max-age=3600"},
			},
		}
	},
	Examples: []Example{
		{Name: "api", Finds: "Browsers may keep this 301 forever, and this is an API", HTTP: `> GET http://api.test/items HTTP/1.1
> Accept: application/json
< HTTP/1.1 301 Moved Permanently
< Location: /v2/items`},
		{Name: "limited", HTTP: `> GET http://api.test/items HTTP/1.1
> Accept: application/json
< HTTP/1.1 301 Moved Permanently
< Cache-Control: max-age=60
< Location: /v2/items`},
	},
})
