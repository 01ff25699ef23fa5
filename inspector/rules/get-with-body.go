package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "get-with-body", Title: "A GET carries content", Family: Client, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "Content in a GET or HEAD has no meaning of its own: servers ignore or refuse it, gateways drop it, caches answer without looking at it. fetch and XMLHttpRequest cannot send it at all.",
	FixClient: "Put the values into the query, or send a POST.",
	FixServer: "Offer a POST for long queries.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-get",
	When: when(anyStatus|sendsContent, func(x *exchange.Exchange) bool {
		return received(x) && (x.Request.Method == http.MethodGet || x.Request.Method == http.MethodHead) && x.Request.Body.Size > 0
	}),
	Check: func(c *Case) *Finding {
		fails := c.X.Response.Status >= 400
		if !fails && strings.Contains(c.Path(), "/_") {
			return nil // Elasticsearch defines it for _search and the like
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("This %s carries %d bytes of content, which servers and gateways may ignore.", c.X.Request.Method, c.X.Request.Body.Size),
			Short:    c.X.Request.Method + " with content",
			Evidence: []exchange.Evidence{c.requestLine(""), {Part: exchange.RequestBody, Name: "content", Value: fmt.Sprintf("%d bytes", c.X.Request.Body.Size)}, c.requestField("Content-Type", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Put the values into the query:", Copy: "curl -G --data-urlencode NAME=VALUE " + shell(clip(pathOf(c.X.URL), 80))},
				Server: exchange.Advice{Text: "Offer a POST for long queries:", Copy: "POST " + clip(c.Path(), 80)},
			},
		}
		if status := c.X.Response.Status; status == 400 || status == 403 || status == 411 || status == 413 || status == 422 {
			f.Severity, f.Confidence = exchange.SeverityWarning, exchange.Possible
			f.Verdict = fmt.Sprintf("The server answered %d to a %s with %d bytes of content, which many refuse or ignore.", status, c.X.Request.Method, c.X.Request.Body.Size)
		}
		return f
	},
	Examples: []Example{
		{Name: "refused", Finds: "The server answered 400 to a GET with 7 bytes", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/items HTTP/1.1
> Content-Type: application/json

{"a":1}
< HTTP/1.1 400 Bad Request`},
		{Name: "accepted", Finds: "carries 7 bytes of content", HTTP: `> GET http://api.test/items HTTP/1.1
> Content-Type: application/json

{"a":1}
< HTTP/1.1 200 OK`},
		{Name: "search", HTTP: `> GET http://es.test:9200/logs/_search HTTP/1.1
> Content-Type: application/json

{"query":{"match_all":{}}}
< HTTP/1.1 200 OK`},
		{Name: "none", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})
