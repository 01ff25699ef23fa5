package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "redirect-method-changed", Title: "A redirect turned the method into GET", Family: Redirect, Severity: exchange.SeverityWarning,
	Explain:   "After 301, 302 and 303 clients send GET without the content. Only 307 and 308 keep method and content.",
	FixClient: "Send the request to the final URL.",
	FixServer: "Answer with 307 or 308.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-redirection-3xx",
	When:      when(anyStatus|redirected, received),
	Check: func(c *Case) *Finding {
		hop := previousHop(c)
		if hop == nil || hop.Response.Status == http.StatusSeeOther || c.X.Request.Method == hop.Request.Method || c.X.Request.Method != http.MethodGet {
			return nil
		}
		// Forms of browsers rely on it: what follows is the page to show.
		if hop.Request.Method == http.MethodPost && c.Browser() && !isJSON(hop.Request.MediaType()) {
			return nil
		}
		if c.afterForm(hop) {
			return nil
		}
		u, to := content.MaskURL(c.X.URL), statusText(hop.Response)
		f := &Finding{
			Related: []exchange.ID{hop.ID},
			Verdict: fmt.Sprintf("The redirect %s turned %s into GET and dropped %s of content.", to, hop.Request.Method, plural(int(hop.Request.Body.Size), "byte", "bytes")),
			Short:   clip(hop.Request.Method+" became GET", shortCells),
			Evidence: []exchange.Evidence{
				{Exchange: hop.ID, Part: exchange.RequestLine, Name: hop.Request.Method, Value: content.MaskURL(hop.URL)},
				field(hop.ID, exchange.ResponseHeader, hop.Response.Header, "Location", to), c.requestLine("what followed"),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send it to the final URL:", Copy: curl(hop.Request.Method, u, "-d", "…")},
				Server: (&Case{X: hop}).redirectTo("Keep method and content:", http.StatusPermanentRedirect, c.X.URL),
			},
		}
		switch c.X.Status() {
		case 400, 404, 405, 411, 415, 422:
			f.Severity = exchange.SeverityError // the cause of this status
			f.Evidence = append(f.Evidence, c.statusLine("to the GET"))
		}
		return f
	},
	Examples: []Example{
		{Name: "post", Finds: "turned POST into GET and dropped 8 bytes", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> POST http://api.test/items HTTP/1.1
> User-Agent: curl/8.5.0
> Content-Type: application/json

{"a": 1}
< HTTP/1.1 301 Moved Permanently
< Location: http://api.test/items/
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> GET http://api.test/items/ HTTP/1.1
> User-Agent: curl/8.5.0
< HTTP/1.1 200 OK`},
		{Name: "not-allowed", Finds: "turned POST into GET and dropped 8 bytes", Also: []string{"method-not-allowed"}, HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> POST http://api.test/items HTTP/1.1
> User-Agent: curl/8.5.0
> Content-Type: application/json

{"a": 1}
< HTTP/1.1 301 Moved Permanently
< Location: https://api.test/items
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> GET https://api.test/items HTTP/1.1
> User-Agent: curl/8.5.0
< HTTP/1.1 405 Method Not Allowed
< Allow: POST`},
		{Name: "form", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> POST http://api.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Content-Type: application/x-www-form-urlencoded

a=1
< HTTP/1.1 302 Found
< Location: /home
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> GET http://api.test/home HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK`},
		{Name: "form-of-a-script", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> POST http://forge.test/login HTTP/1.1
> User-Agent: curl/7.88.1
> Content-Type: application/x-www-form-urlencoded

u=admin&p=secret&in=Login
< HTTP/1.1 302 Moved Temporarily
< Location: http://forge.test/index
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> GET http://forge.test/index HTTP/1.1
> User-Agent: curl/7.88.1
< HTTP/1.1 200 OK`},
		{Name: "form-elsewhere", Finds: "turned POST into GET", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> POST http://forge.test/login HTTP/1.1
> User-Agent: curl/7.88.1
> Content-Type: application/x-www-form-urlencoded

u=admin&p=secret&in=Login
< HTTP/1.1 302 Moved Temporarily
< Location: http://forge.test/login/
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> GET http://forge.test/login/ HTTP/1.1
> User-Agent: curl/7.88.1
< HTTP/1.1 200 OK`},
		{Name: "kept", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> POST http://api.test/items HTTP/1.1
> User-Agent: curl/8.5.0
< HTTP/1.1 308 Permanent Redirect
< Location: /items/
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> POST http://api.test/items/ HTTP/1.1
> User-Agent: curl/8.5.0
< HTTP/1.1 200 OK`},
	},
})

// previousHop is the redirect that led to this exchange, nil if there is none.
func previousHop(c *Case) *exchange.Exchange {
	for i, x := range c.Links.Chain {
		if x.ID == c.X.ID && i > 0 {
			return c.Links.Chain[i-1]
		}
	}
	return nil
}

// afterForm reports whether hop took a form and led to the page that shows its
// result, as a login does, whatever the client. A redirect to the same place in
// another spelling lost the form instead.
func (c *Case) afterForm(hop *exchange.Exchange) bool {
	m := hop.Request.MediaType()
	return hop.Request.Method == http.MethodPost && hop.Response.Status == http.StatusFound && c.X.Response.Status < 400 &&
		(m == "application/x-www-form-urlencoded" || m == "multipart/form-data") &&
		strings.Trim(pathOnly(hop.URL), "/") != strings.Trim(pathOnly(c.X.URL), "/")
}
