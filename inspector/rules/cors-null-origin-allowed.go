package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-null-origin-allowed", Title: "Pages without an origin may read with the user's cookies", Family: Security, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "Any site can make a page whose origin is null, e.g. a sandboxed frame. Access-Control-Allow-Origin: null with credentials is therefore leave for everybody.",
	FixClient: "Serve the page from a web server, so that it has an origin.",
	FixServer: "Do not allow the origin null.",
	Spec:      "https://w3c.github.io/webappsec-cors-for-developers/#avoid-returning-access-control-allow-origin-null",
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		if h.Get(allowOrigin) != "null" || c.X.Request.Header.Get("Origin") != "null" || h.Get("Access-Control-Allow-Credentials") != "true" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s lets pages without an origin read with cookies: any site can make such a page.", c.Host()),
			Short:    "CORS: null with cookies",
			Evidence: []exchange.Evidence{c.requestField("Origin", ""), c.responseField(allowOrigin, ""), c.responseField("Access-Control-Allow-Credentials", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Serve the page from a web server, so that it has an origin:", Copy: "python3 -m http.server"},
				Server: exchange.Advice{Text: "Do not allow null; if no cookies are needed, leave the credentials out."},
			},
		}
	},
	Examples: []Example{
		{Name: "null", Finds: "api.test lets pages without an origin read with cookies", HTTP: nullAllowed("true")},
		{Name: "no-credentials", HTTP: nullAllowed("false")},
	},
})

func nullAllowed(credentials string) string {
	return `> GET http://api.test/me HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: null
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: null
< Access-Control-Allow-Credentials: ` + credentials
}
