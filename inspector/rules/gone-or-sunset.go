package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "gone-or-sunset", Title: "The resource is gone, or about to be", Family: Method, Severity: exchange.SeverityError,
	Explain:   "410 says that the resource will not come back. Sunset names the time from which it may not answer any more, Deprecation that a successor should be used.",
	FixClient: "Move to the successor that the documentation or Link names.",
	FixServer: "Name the successor in Link with rel=\"successor-version\".",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8594.html#section-3",
	When: when(anyStatus, func(x *exchange.Exchange) bool {
		return received(x) && (x.Response.Status == http.StatusGone || x.Response.Header.Has("Sunset") || x.Response.Header.Has("Deprecation"))
	}),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		f := &Finding{Evidence: []exchange.Evidence{c.statusLine("")}}
		for _, name := range []string{"Sunset", "Deprecation", "Link"} {
			if h.Has(name) {
				f.Evidence = append(f.Evidence, c.responseField(name, ""))
			}
		}
		now, _ := c.Now()
		end, err := http.ParseTime(h.Get("Sunset"))
		switch {
		case c.X.Response.Status == http.StatusGone:
			f.Verdict, f.Short = fmt.Sprintf("%s is gone for good.", clip(pathOf(c.X.URL), 60)), "gone for good"
		case err == nil && end.Before(now):
			f.Severity = exchange.SeverityInfo
			f.Verdict, f.Short = fmt.Sprintf("The server was to switch this off %s ago (Sunset %s).", duration(now.Sub(end)), instant(end, now)), "past its sunset"
		case err == nil:
			f.Severity = exchange.SeverityInfo
			f.Verdict, f.Short = fmt.Sprintf("The server will switch this off in %s (Sunset %s).", duration(end.Sub(now)), instant(end, now)), clip("sunset in "+short(end.Sub(now)), shortCells)
		default:
			f.Severity = exchange.SeverityInfo
			f.Verdict, f.Short = "The server calls this resource deprecated.", "deprecated"
		}
		f.Fix.Client = exchange.Advice{Text: "See which successor is named:", Copy: "curl -sI " + shell(content.MaskURL(c.X.URL)) + " | grep -i '^link'"}
		f.Fix.Server = exchange.Advice{Text: "Name the successor:", Copy: `Link: <https://` + c.Host() + `/v2>; rel="successor-version"`}
		return f
	},
	Examples: []Example{
		{Name: "gone", Finds: "/v1/items is gone for good", Also: []string{"not-found"}, HTTP: `> GET http://api.test/v1/items HTTP/1.1
< HTTP/1.1 410 Gone`},
		{Name: "sunset", Finds: "will switch this off in 9 days", HTTP: `> GET http://api.test/v1/items HTTP/1.1
< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< Sunset: Tue, 01 Dec 2026 23:59:59 GMT`},
		{Name: "current", HTTP: quietExample},
	},
})
