package rules

import (
	"fmt"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "auth-header-lost-on-redirect", Title: "Authorization was lost on a redirect", Family: Auth, Severity: exchange.SeverityError,
	Explain: "Clients leave Authorization out when a redirect leads to another host, port or scheme, so that it does not reach strangers; some do so on every redirect. " +
		"The final server then asks who they are.",
	FixClient: "Send the request, with the credentials, to the final URL.",
	FixServer: "Do not redirect requests to an API.",
	Spec:      "https://fetch.spec.whatwg.org/#http-redirect-fetch",
	When:      status(401, 403),
	Check: func(c *Case) *Finding {
		hop := lostAuthorization(c)
		if hop == nil || c.Links.Answer != nil {
			return nil
		}
		how := "the same host"
		if originOf(hop.URL) != originOf(c.X.URL) {
			how = "another origin"
		}
		return &Finding{
			Related: []exchange.ID{hop.ID},
			Verdict: fmt.Sprintf("Authorization was sent to %s but not to %s after the %d, which leads to %s.",
				hopName(hop.URL, false), hopName(c.X.URL, false), hop.Response.Status, how),
			Short: "redirect lost credentials",
			Evidence: []exchange.Evidence{
				field(hop.ID, exchange.RequestHeader, hop.Request.Header, "Authorization", "sent"),
				field(hop.ID, exchange.ResponseHeader, hop.Response.Header, "Location", statusText(hop.Response)),
				c.requestField("Authorization", "what followed"), c.statusLine(""),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send it to the final URL:", Copy: c.curl("-H", "Authorization: "+schemeOf(hop.Request.Header.Get("Authorization"))+" YOUR_CREDENTIALS")},
				Server: exchange.Advice{Text: "Answer at the URL that clients use instead of redirecting, e.g. pass it on inside:", Copy: "rewrite ^" + pathOf(hop.URL) + "$ " + pathOf(c.X.URL) + " last;"},
			},
		}
	},
	Examples: []Example{
		{Name: "other-host", Finds: "but not to https://api.test/me after the 301, which leads to another origin", HTTP: lostHop + `> GET https://api.test/me HTTP/1.1
< HTTP/1.1 401 Unauthorized`},
		{Name: "kept", Also: []string{"auth-rejected"}, HTTP: lostHop + `> GET https://api.test/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 401 Unauthorized`},
		{Name: "not-needed", HTTP: lostHop + `> GET https://api.test/me HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})

const lostHop = `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> GET http://api.test/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 301 Moved Permanently
< Location: https://api.test/me
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
`

// lostAuthorization is the redirect before this exchange that still had
// Authorization, nil if this one has it too.
func lostAuthorization(c *Case) *exchange.Exchange {
	hop := previousHop(c)
	if hop == nil || !hop.Request.Header.Has("Authorization") || c.X.Request.Header.Has("Authorization") {
		return nil
	}
	return hop
}

// schemeOf is the authentication scheme of credentials, without them.
func schemeOf(authorization string) string {
	for i := range len(authorization) {
		if authorization[i] == ' ' {
			return content.MaskText(clip(authorization[:i], 20))
		}
	}
	return "Bearer"
}
