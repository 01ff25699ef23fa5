package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-authorization-under-wildcard", Title: "The wildcard does not stand for Authorization", Family: CORS, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "In Access-Control-Allow-Headers * stands for every name but Authorization. Chromium still lets it pass and warns on its console; browsers that follow the standard stop here.",
	FixClient: "Nothing to change, if only Chromium has to work.",
	FixServer: "Name Authorization in Access-Control-Allow-Headers.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return preflightRequest(x) && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k, asked := c.CORS(), c.X.Request.Header.List("Access-Control-Request-Headers")
		allowed := c.X.Response.Header.List("Access-Control-Allow-Headers")
		is := func(name string) bool { return strings.EqualFold(name, "authorization") }
		if k == nil || k.Error != "" || !slices.ContainsFunc(asked, is) || slices.ContainsFunc(allowed, is) || !slices.Contains(allowed, "*") {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("Access-Control-Allow-Headers: * does not allow Authorization for %s by the standard; Chromium lets it pass today.", clip(c.Path(), 60)),
			Short:    "CORS: * and Authorization",
			Evidence: []exchange.Evidence{c.requestField("Access-Control-Request-Headers", ""), c.responseField("Access-Control-Allow-Headers", "no wildcard for authorization")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Ask as the browser does:", Copy: c.corsCurl()},
				Server: c.extendCORS("Name it:", c.corsLeave(), "Access-Control-Allow-Headers: "+strings.Join(append(allowed, "Authorization"), ", ")),
			},
		}
		if ua := c.X.Request.Header.Get("User-Agent"); followsFetch(ua) {
			f.Severity = exchange.SeverityWarning
			f.Verdict = fmt.Sprintf("Access-Control-Allow-Headers: * does not allow Authorization for %s, and this browser follows the standard there.", clip(c.Path(), 60))
		}
		return f
	},
	Examples: []Example{
		{Name: "chromium", Finds: "Chromium lets it pass today", HTTP: authorizationAsked("Chrome/120.0", "*")},
		{Name: "firefox", Finds: "this browser follows the standard", HTTP: authorizationAsked("Gecko/20100101 Firefox/128.0", "*")},
		{Name: "named", HTTP: authorizationAsked("Chrome/120.0", "*, authorization")},
	},
})

// followsFetch reports whether the browser leaves Authorization out of the
// wildcard.
func followsFetch(userAgent string) bool {
	return strings.Contains(userAgent, "Firefox/") || strings.Contains(userAgent, "Safari/") && !strings.Contains(userAgent, "Chrome/")
}

func authorizationAsked(browser, allowed string) string {
	return `> OPTIONS http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0 ` + browser + `
> Origin: http://page.test
> Access-Control-Request-Method: GET
> Access-Control-Request-Headers: authorization
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: ` + allowed
}
