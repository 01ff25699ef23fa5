package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "created-without-location", Title: "201 does not say where the new resource is", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "201 names the new resource in Location; without it, the resource is the URL of the request itself, which for a POST to a collection is hardly meant.",
	FixClient: "Take the ID from the content.",
	FixServer: "Name the new resource in Location.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-201-created",
	When:      apiStatus(201),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		if c.X.Request.Method != http.MethodPost || h.Has("Location") || h.Has("Content-Location") {
			return nil
		}
		where := c.Path() + "/ID"
		if id := member(c.JSON(), "id", "uuid"); id != "" {
			where = c.Path() + "/" + clip(id, 40)
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s answers 201 without Location, so clients must guess the URL of what was created.", clip(c.endpointOf(), 70)),
			Short:    "201 without Location",
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Location", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Take the ID from the content."},
				Server: exchange.Advice{Text: "Name the new resource:", Copy: "Location: " + where},
			},
		}
	},
	Examples: []Example{
		{Name: "missing", Finds: "POST /items answers 201 without Location", HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/json

{"name":"a"}
< HTTP/1.1 201 Created
< Content-Type: application/json

{"id":7,"name":"a"}`},
		{Name: "present", HTTP: `> POST http://api.test/items HTTP/1.1
< HTTP/1.1 201 Created
< Location: /items/7`},
		{Name: "put", HTTP: `> PUT http://api.test/items/7 HTTP/1.1
< HTTP/1.1 201 Created`},
	},
})
