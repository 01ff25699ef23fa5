package rules

import (
	"fmt"
	"net/http"
	"slices"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-preflight-blocked-inferred", Title: "The preflight passed but its request never came", Family: CORS, Severity: exchange.SeverityWarning,
	Explain: "A browser sends the request right after a preflight that passes. With credentials: 'include' the rules are stricter: " +
		"* is no wildcard, and Access-Control-Allow-Credentials must be true. That mode is not visible in a preflight.",
	FixClient: "Leave credentials: 'include' out if the API needs no cookies.",
	FixServer: "Name the origin, the methods and the headers, and allow credentials.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return x.Request.Method == http.MethodOptions && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k := c.CORS()
		if k == nil || !k.Preflight || k.Error != "" || !c.Links.Unfollowed || !c.Browser() {
			return nil
		}
		reason, name := stricterWithCredentials(c.X.Response.Header)
		if reason == "" {
			return nil // the page may have been left, which is nobody's fault
		}
		method, leave := c.X.Request.Header.Get("Access-Control-Request-Method"), c.corsLeave()
		leave.Credentials = true
		return &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("The preflight passed but its %s never came: the page probably uses credentials: 'include', for which %s.", method, reason),
			Short:      clip("CORS: no "+method+" came", shortCells),
			Evidence: []exchange.Evidence{
				c.statusLine("the preflight passed"), c.responseField(name, reason),
				{Part: exchange.SequencePart, Name: method + " " + c.Path(), Value: "never came", Note: "the same client went on with other requests"},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "If the API needs no cookies, leave them out:", Copy: "fetch(url, {credentials: 'omit'})"},
				Server: c.allowCORS("Name everything, and allow credentials:", leave),
			},
		}
	},
	Examples: []Example{
		{Name: "wildcard", On: 1, Finds: "its POST never came: the page probably uses credentials: 'include', for which * is not allowed as origin", HTTP: unfollowed("*", "content-type", "14:00:05")},
		{Name: "no-credentials", On: 1, Finds: "Access-Control-Allow-Credentials must be true", HTTP: unfollowed("http://page.test", "content-type", "14:00:05")},
		{Name: "too-early-to-say", On: 1, HTTP: unfollowed("*", "content-type", "14:00:01")},
		{Name: "followed", On: 1, HTTP: unfollowed("*", "content-type", "14:00:05") + `* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> POST http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Content-Type: application/json
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: *`},
	},
})

// unfollowed is a preflight that passes, and something else later.
func unfollowed(allowed, headers, later string) string {
	return "* at 2026-11-22T14:00:00Z\n* client 127.0.0.1:5000\n" + preflight + "< HTTP/1.1 204 No Content\n< Access-Control-Allow-Origin: " + allowed +
		"\n< Access-Control-Allow-Headers: " + headers + "\n* took 4ms\n* at 2026-11-22T" + later + `Z
* client 127.0.0.1:5001
> GET http://page.test/style.css HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
`
}

// stricterWithCredentials is why a preflight's answer would not pass for a
// request with credentials, and the field that shows it; "" if it would pass.
func stricterWithCredentials(h exchange.Header) (reason, name string) {
	switch {
	case h.Get(allowOrigin) == "*":
		return "* is not allowed as origin", allowOrigin
	case joined(h, "Access-Control-Allow-Credentials", ", ") != "true":
		return "Access-Control-Allow-Credentials must be true", "Access-Control-Allow-Credentials"
	case slices.Contains(h.List("Access-Control-Allow-Headers"), "*"):
		return "* is no wildcard in Access-Control-Allow-Headers", "Access-Control-Allow-Headers"
	case slices.Contains(h.List("Access-Control-Allow-Methods"), "*"):
		return "* is no wildcard in Access-Control-Allow-Methods", "Access-Control-Allow-Methods"
	}
	return "", ""
}
