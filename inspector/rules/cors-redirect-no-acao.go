package rules

import (
	"fmt"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-redirect-no-acao", Title: "A redirect does not allow the page's origin", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "The CORS check applies to every hop: a browser stops at a redirect without Access-Control-Allow-Origin and does not request its target.",
	FixClient: "Request the URL that the redirect leads to.",
	FixServer: "Send Access-Control-Allow-Origin on redirects too. Answer API requests without a session with 401, not with a redirect.",
	Spec:      "https://fetch.spec.whatwg.org/#http-redirect-fetch",
	When:      when(status3xx|sendsOrigin, func(x *exchange.Exchange) bool { return hasOrigin(x) && isRedirect(x.Response.Status) }),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsMissing)
		u := c.URL()
		if k == nil || k.Preflight || u == nil || !c.X.Response.Header.Has("Location") {
			return nil
		}
		next := c.destination()
		if next == nil {
			return nil
		}
		to := content.MaskURL(next.String())
		reason := redirectReason(u, next)
		f := &Finding{
			Verdict:  fmt.Sprintf("The browser does not follow this redirect to %s: it has no Access-Control-Allow-Origin; %s.", clip(to, 80), reason),
			Short:    fmt.Sprintf("CORS stops the %d", c.X.Response.Status),
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.statusLine(""), c.responseField("Location", reason), c.responseField(allowOrigin, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Request the final URL:", Copy: "fetch('" + to + "')"},
				Server: c.allowCORS("Allow the origin on redirects too:", c.corsLeave()),
			},
		}
		if looksLikeLogin(next) {
			f.Short = "CORS: sent to a login page"
			f.Fix.Client = exchange.Advice{Text: "Log in again: the session is missing or over.", Copy: c.corsCurl()}
			f.Fix.Server = exchange.Advice{Text: "Answer requests of scripts with 401 instead of a redirect to the login page:", Copy: "HTTP/1.1 401 Unauthorized\n" + c.corsLeave().fields()}
		}
		return c.corsFinding(f)
	},
	Examples: []Example{
		{Name: "slash", Finds: "only the slash at the end differs", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 301 Moved Permanently
< Location: /items/`},
		{Name: "login", Finds: "it is a login page", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 302 Found
< Location: https://id.test/login?next=%2Fitems`},
		{Name: "allowed", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 302 Found
< Location: /v2/items
< Access-Control-Allow-Origin: *`},
	},
})
