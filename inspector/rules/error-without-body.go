package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "error-without-body", Title: "An error of an API says nothing but its code", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "Except to HEAD, an error should explain itself and say whether it is lasting. Without content the client can only show the code.",
	FixClient: "Look in the server's log.",
	FixServer: "Send problem details (RFC 9457).",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-client-error-4xx",
	When:      statusFrom(400, 599),
	Check: func(c *Case) *Finding {
		x := c.X
		if x.Response.Body.State != exchange.NoBody || x.Request.Method == http.MethodHead || !apiLike(x) || c.Gateway() != nil || explainedByFields[x.Response.Status] {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The %s to %s has no content: it does not say what is wrong.", c.Status(), c.endpointOf()),
			Short:    fmt.Sprintf("%d without content", x.Response.Status),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Content-Length", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look in the server's log at that time:", Copy: c.journal()},
				Server: exchange.Advice{Text: "Send problem details:", Copy: fmt.Sprintf("Content-Type: application/problem+json\n\n{\"title\":\"WHAT IS WRONG\",\"status\":%d,\"detail\":\"FOR THIS REQUEST\"}", x.Response.Status)},
			},
		}
	},
	Examples: []Example{
		{Name: "empty", Also: []string{"bad-request"}, Finds: "The 409 Conflict to POST /v1/items has no content", HTTP: `> POST http://api.test/v1/items HTTP/1.1
< HTTP/1.1 409 Conflict
< Content-Length: 0`},
		{Name: "explained", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/v1/items HTTP/1.1
< HTTP/1.1 409 Conflict
< Content-Type: application/json

{"error":"exists"}`},
		{Name: "challenge", Also: []string{"auth-missing-credentials"}, HTTP: `> GET http://api.test/v1/items HTTP/1.1
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer
< Content-Length: 0`},
	},
})

// explainedByFields are the errors that are complete with a header field.
var explainedByFields = map[int]bool{401: true, 405: true, 407: true, 412: true, 416: true, 417: true, 421: true, 426: true, 429: true, 503: true}
