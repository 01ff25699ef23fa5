package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "redirect-trailing-slash", Title: "A redirect only for the slash at the end", Family: Redirect, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "The server has this path with, or without, a slash at its end and redirects the other form. That costs a round trip; after 301 and 302 a POST becomes a GET without content, and some clients drop Authorization.",
	FixClient: "Request the URL that the redirect names.",
	FixServer: "Serve both forms in an API.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-redirection-3xx",
	When:      when(status3xx, redirecting),
	Check: func(c *Case) *Finding {
		u := c.URL()
		if u == nil || c.redirectLoop() != nil || preflightRequest(c.X) {
			return nil
		}
		next := c.destination()
		if next == nil || next.Hostname() != u.Hostname() || next.Path == u.Path || strings.TrimSuffix(next.Path, "/") != strings.TrimSuffix(u.Path, "/") {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The server wants %s %s the slash at its end.", clip(pathOf(next.String()), 60), word(strings.HasSuffix(next.Path, "/"), "with", "without")),
			Short:    word(strings.HasSuffix(next.Path, "/"), "redirect adds a slash", "redirect drops a slash"),
			Evidence: []exchange.Evidence{c.requestLine(""), c.responseField("Location", c.Status())},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Request it there at once:", Copy: curl(c.X.Request.Method, content.MaskURL(next.String()))},
				Server: exchange.Advice{Text: "Serve both forms in an API, e.g. in Express:", Copy: "app.set('strict routing', false)"},
			},
		}
		// Clients know of it for PROPFIND (RFC 4918 section 5.2).
		unsafe := c.X.Request.Method != http.MethodGet && c.X.Request.Method != http.MethodHead && c.X.Request.Method != "PROPFIND"
		if unsafe && c.X.Response.Status < 303 {
			f.Severity = exchange.SeverityWarning
			f.Verdict += fmt.Sprintf(" Clients that follow turn %s into GET.", c.X.Request.Method)
		}
		return f
	},
	Examples: []Example{
		{Name: "get", Finds: "The server wants /items/ with the slash at its end", HTTP: hop(0, "/items", "", "/items/")},
		{Name: "post", Finds: "turn POST into GET", HTTP: `> POST http://api.test/items HTTP/1.1
< HTTP/1.1 301 Moved Permanently
< Location: /items/`},
		{Name: "collection", Finds: "wants /dav/x/ with the slash at its end", HTTP: `> PROPFIND http://files.test/dav/x HTTP/1.1
> Depth: 1
< HTTP/1.1 301 Moved Permanently
< Location: http://files.test/dav/x/`},
		{Name: "other-path", HTTP: hop(0, "/items", "", "/things/")},
	},
})
