package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "redirect-body-dropped-307", Title: "The client repeated a request without its content", Family: Redirect, Severity: exchange.SeverityWarning,
	Explain:   "After 307 and 308 a client sends the same method and content again. A client whose content was a stream that cannot be read twice may send none.",
	FixClient: "Send the request to the final URL, or keep the content until the answer is there.",
	FixServer: "Do not redirect requests with content.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-307-temporary-redirect",
	When:      when(anyStatus|redirected, received),
	Check: func(c *Case) *Finding {
		hop := previousHop(c)
		if hop == nil || hop.Response.Status != http.StatusTemporaryRedirect && hop.Response.Status != http.StatusPermanentRedirect {
			return nil
		}
		if hop.Request.Method != c.X.Request.Method || hop.Request.Body.Size == 0 || c.X.Request.Body.State != exchange.NoBody {
			return nil
		}
		f := &Finding{
			Related: []exchange.ID{hop.ID},
			Verdict: fmt.Sprintf("After the %d the client sent %s again without its %d bytes of content.", hop.Response.Status, c.X.Request.Method, hop.Request.Body.Size),
			Short:   "content lost on redirect",
			Evidence: []exchange.Evidence{
				{Exchange: hop.ID, Part: exchange.RequestBody, Name: "content", Value: plural(int(hop.Request.Body.Size), "byte", "bytes"), Note: "sent first"},
				field(hop.ID, exchange.ResponseHeader, hop.Response.Header, "Location", statusText(hop.Response)),
				{Part: exchange.RequestBody, Name: "content", Value: "absent", Note: "what followed"},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send it to the final URL:", Copy: curl(c.X.Request.Method, c.X.URL, "-d", "…")},
				Server: exchange.Advice{Text: "Take it at the first URL: rewrite inside instead of redirecting:", Copy: "rewrite ^" + pathOf(hop.URL) + "$ " + content.MaskURL(pathOf(c.X.URL)) + " last;"},
			},
		}
		if c.X.Response.Status >= 400 {
			f.Severity = exchange.SeverityError
		}
		return f
	},
	Examples: []Example{
		{Name: "dropped", Finds: "After the 307 the client sent POST again without its 8 bytes", Also: []string{"bad-request"}, HTTP: posted307 + `> POST http://api.test/items/ HTTP/1.1
> Content-Length: 0
< HTTP/1.1 400 Bad Request`},
		{Name: "kept", HTTP: posted307 + `> POST http://api.test/items/ HTTP/1.1
> Content-Type: application/json

{"a": 1}
< HTTP/1.1 201 Created
< Location: /items/1`},
	},
})

const posted307 = `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> POST http://api.test/items HTTP/1.1
> Content-Type: application/json

{"a": 1}
< HTTP/1.1 307 Temporary Redirect
< Location: /items/
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
`
