package rules

import (
	"fmt"
	"net/http"
	"regexp"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "json-body-missing", Title: "JSON is announced, but no content was sent", Family: Content, Severity: exchange.SeverityError,
	Explain:   "Content-Type says that JSON comes, so the server parses the content, and nothing at all is not valid JSON. Clients that set the field on every request are the usual cause.",
	FixClient: "Send the content, or leave Content-Type out.",
	FixServer: "Take a request without content where none is needed, or say that it is missing.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8259.html#section-2",
	When: when(status4xx, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status >= 400 && x.Response.Status < 500 && x.Request.Body.State == exchange.NoBody && x.Request.Header.Has("Content-Type")
	}),
	Check: func(c *Case) *Finding {
		m := &c.X.Request
		if !isJSON(m.MediaType()) || m.Method == http.MethodGet || m.Method == http.MethodHead || c.Gateway() != nil {
			return nil
		}
		said := missingContent.FindString(c.head(4 << 10))
		if said == "" {
			return nil // many servers want no content here, and mean something else
		}
		return &Finding{
			Verdict: fmt.Sprintf("%s %s announces %s, but no content was sent.", m.Method, clip(c.Path(), 60), m.MediaType()),
			Short:   "JSON: nothing was sent",
			Evidence: []exchange.Evidence{
				c.requestField("Content-Type", ""), c.requestField("Content-Length", ""), c.statusLine(""),
				{Part: exchange.ResponseBody, Name: "the server says", Value: excerpt(said, 80)},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send the content, or leave Content-Type out:", Copy: c.curl("-H", "Content-Type: application/json", "-d", "{…}")},
				Server: exchange.Advice{Text: "Say that the content is missing, if it is needed."},
			},
		}
	},
	Examples: []Example{
		{Name: "fastify", Finds: "POST /items announces application/json, but no content was sent.", HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/json
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"statusCode":400,"code":"FST_ERR_CTP_EMPTY_JSON_BODY","error":"Bad Request","message":"Body cannot be empty when content-type is set to 'application/json'"}`},
		{Name: "parser", Finds: "no content was sent", HTTP: `> PUT http://api.test/items/7 HTTP/1.1
> Content-Type: application/json; charset=utf-8
> Content-Length: 0
< HTTP/1.1 400 Bad Request
< Content-Type: text/plain

unexpected end of JSON input`},
		{Name: "spring", Finds: "no content was sent", HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/json
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"status":400,"error":"Bad Request","message":"Required request body is missing"}`},
		{Name: "other-cause", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/items/7/archive HTTP/1.1
> Content-Type: application/json
< HTTP/1.1 409 Conflict
< Content-Type: application/json

{"message":"already archived"}`},
		{Name: "with-content", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/json

{"name":""}
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"message":"Body cannot be empty"}`},
	},
})

// missingContent finds the words of parsers and frameworks that got nothing.
var missingContent = regexp.MustCompile(`(?i)body (?:cannot|can't|must not|may not|should not) be (?:empty|blank|null)|(?:empty|missing|no) (?:request )?(?:json )?body|(?:request )?body (?:is|was) (?:required|missing|empty)|required request body|unexpected end of (?:json )?input|unexpected end-of-input|end-of-input at|\bEOF\b|expecting value: line 1 column 1 \(char 0\)|does not contain any JSON tokens|A non-empty request body is required|syntax error, unexpected end of file|JSON decode error - Expecting value`)
