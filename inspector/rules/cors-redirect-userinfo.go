package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-redirect-userinfo", Title: "A redirect carries a user name or password", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "Browsers refuse a cross-origin redirect whose URL holds a user name or password.",
	FixClient: "Request the final URL, with the credentials in Authorization.",
	FixServer: "Leave user name and password out of Location.",
	Spec:      "https://fetch.spec.whatwg.org/#http-redirect-fetch",
	When:      when(status3xx, func(x *exchange.Exchange) bool { return received(x) && isRedirect(x.Response.Status) }),
	Check: func(c *Case) *Finding {
		target := ""
		k := c.corsIs(corsUserinfo)
		switch {
		case k != nil:
			target = k.Value
		case c.leavesOriginWithUserinfo():
			target = content.MaskURL(redirectTarget(c.X.Response))
		default:
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The browser refuses this redirect: its target %s contains a user name or password.", clip(target, 80)),
			Short:    "CORS: password in redirect",
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.responseField("Location", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Request the final URL, with the credentials in Authorization:", Copy: "fetch(url, {headers: {Authorization: 'Basic …'}})"},
				Server: exchange.Advice{Text: "Leave user name and password out of Location.", Copy: c.curl()},
			},
		}
		if k == nil {
			return f
		}
		return c.corsFinding(f)
	},
	Examples: []Example{
		{Name: "password", Finds: "contains a user name or password", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 302 Found
< Location: http://u:p@third.test/items
< Access-Control-Allow-Origin: *`},
		{Name: "from-the-own-origin", Finds: "contains a user name or password", HTTP: `> GET http://page.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Sec-Fetch-Mode: cors
> Sec-Fetch-Site: same-origin
< HTTP/1.1 302 Found
< Location: http://u:p@third.test/items`},
		{Name: "of-a-page", HTTP: `> GET http://page.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Sec-Fetch-Mode: navigate
< HTTP/1.1 302 Found
< Location: http://u:p@third.test/items`},
		{Name: "none", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 302 Found
< Location: http://third.test/items
< Access-Control-Allow-Origin: *`},
	},
})

// leavesOriginWithUserinfo reports whether a script's request to its own origin
// is redirected to another, with a user name or password.
func (c *Case) leavesOriginWithUserinfo() bool {
	h, u := c.X.Request.Header, c.URL()
	if u == nil || !strings.EqualFold(h.Get("Sec-Fetch-Mode"), "cors") || h.Has("Origin") && !strings.EqualFold(h.Get("Origin"), origin(u)) {
		return false
	}
	location := redirectTarget(c.X.Response)
	next, err := u.Parse(location)
	return err == nil && redirectUserinfo(u, location) && origin(next) != origin(u)
}
