package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-masks-error-status", Title: "The browser shows a CORS error instead of the server's error", Family: CORS, Severity: exchange.SeverityError,
	Explain: "The CORS check comes before the status: an error response without Access-Control-Allow-Origin reaches the script as a network error, " +
		"and its status and text are hidden. nginx's add_header skips error responses unless it ends in \"always\".",
	FixClient: "Look for the cause of the error status, not for a CORS setting.",
	FixServer: "Send the CORS fields on error responses too.",
	Spec:      fetchCORS,
	When:      when(status4xx|status5xx|sendsOrigin, func(x *exchange.Exchange) bool { return hasOrigin(x) && x.Response.Status >= 400 }),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsMissing)
		if k == nil || k.Preflight {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The browser reports a CORS error, but the server answered %s.", c.Status()),
			Short:    fmt.Sprintf("CORS error hides %d", c.X.Response.Status),
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.statusLine("hidden from the page"), c.responseField(allowOrigin, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: fmt.Sprintf("Solve the %d first. What the page does not get to see:", c.X.Response.Status), Copy: c.corsCurl()},
				Server: c.allowCORS("Send the CORS fields on errors too:", c.corsLeave()),
			},
		}
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead("what the server says"))
		}
		if p := c.Links.Preflight; p != nil {
			f.Evidence = append(f.Evidence, exchange.Evidence{
				Exchange: p.ID, Part: exchange.SequencePart, Name: "preflight", Value: statusText(p.Response), Note: "the preflight is not the problem",
			})
		}
		return c.corsFinding(f)
	},
	Examples: []Example{
		{Name: "error", Also: []string{"bad-request"}, Finds: "the server answered 418 I'm a teapot", HTTP: `> POST http://api.test/signup HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://localhost:5173
> Content-Type: application/json

{}
< HTTP/1.1 418 I'm a teapot
< Content-Type: application/json

{"message":"short and stout"}`},
		{Name: "after-a-good-preflight", Also: []string{"bad-request"}, Finds: "418", HTTP: `* at 2026-11-22T14:17:22Z
* client 127.0.0.1:5000
> OPTIONS http://api.test/signup HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://localhost:5173
> Access-Control-Request-Method: POST
> Access-Control-Request-Headers: content-type
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: content-type
* took 4ms
* at 2026-11-22T14:17:22.1Z
* client 127.0.0.1:5000
> POST http://api.test/signup HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://localhost:5173
> Content-Type: application/json

{}
< HTTP/1.1 418 I'm a teapot
* took 9ms`},
		{Name: "readable-error", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 418 I'm a teapot
< Access-Control-Allow-Origin: http://page.test`},
		{Name: "made-by-httpwhy", Also: []string{"transport-failed"}, HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 502 Bad Gateway
* synthetic
* failure other "something else"`},
	},
})
