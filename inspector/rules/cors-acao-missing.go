package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-acao-missing", Title: "The response does not allow the page's origin", Family: CORS, Severity: exchange.SeverityError,
	Explain: "A browser hands a cross-origin response to a script only if Access-Control-Allow-Origin names the page's origin. " +
		"The server has processed the request all the same.",
	FixClient: "Call the API from its own origin, e.g. through the development server's proxy. Mode no-cors does not help: the response stays unreadable.",
	FixServer: "Send Access-Control-Allow-Origin on every response to this origin.",
	Spec:      fetchCORS,
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsMissing)
		if k == nil || k.Preflight || c.X.Response.Status >= 400 || isRedirect(c.X.Response.Status) && c.X.Response.Header.Has("Location") {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s may not read this response: it has no Access-Control-Allow-Origin.", k.Origin),
			Short:    "CORS: no Allow-Origin",
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.statusLine(""), c.responseField(allowOrigin, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Call the API from its own origin, e.g. through a development proxy; or look at what the page would get:", Copy: c.corsCurl()},
				Server: c.allowCORS("Allow the origin on every response:", c.corsLeave()),
			},
		}
		if p := c.Links.Preflight; p != nil {
			f.Evidence = append(f.Evidence, exchange.Evidence{
				Exchange: p.ID, Part: exchange.SequencePart, Name: "preflight", Value: statusText(p.Response), Note: "the preflight is not the problem",
			})
		}
		return c.corsFinding(f)
	},
	Examples: []Example{
		{Name: "missing", Finds: "http://page.test:5173 may not read this response", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test:5173
> Sec-Fetch-Mode: cors
< HTTP/1.1 200 OK
< Content-Type: application/json

[]`},
		{Name: "post-that-may-be-a-beacon", Finds: "Likely: ", HTTP: `> POST http://api.test/log HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Content-Type: text/plain

x
< HTTP/1.1 200 OK`},
		{Name: "not-a-browser", Finds: "is no browser", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: curl/8.5.0
> Origin: http://page.test
< HTTP/1.1 200 OK`},
		{Name: "allowed", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: *`},
		{Name: "same-origin", HTTP: `> POST http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://api.test
< HTTP/1.1 200 OK`},
		{Name: "websocket", HTTP: `> GET http://api.test/ws HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Upgrade: websocket
> Connection: Upgrade
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
		{Name: "not-modified", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> If-None-Match: "1"
< HTTP/1.1 304 Not Modified`},
		{Name: "form-by-navigation", HTTP: `> POST http://api.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Upgrade-Insecure-Requests: 1
> Content-Type: application/x-www-form-urlencoded

a=b
< HTTP/1.1 200 OK`},
	},
})
