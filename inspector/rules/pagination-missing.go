package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// muchJSON is the size of JSON, decoded or not, from which a list should come in
// pages.
const muchJSON = 1 << 20

var _ = rule(Rule{
	ID: "pagination-missing", Title: "A large list comes in one piece", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "A list without an end grows until it is too slow for the client or too large for a gateway. Pages bound both.",
	FixClient: "Ask for a page, if the API has such a parameter.",
	FixServer: "Send pages, and link to the next one.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc8288.html#section-3",
	When: when(status200|answersJSON, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == http.StatusOK && x.Request.Method == http.MethodGet && x.Response.Body.Size >= muchJSON && isJSON(x.Response.MediaType())
	}),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		if h.Has("Link") || h.Has("Content-Disposition") || !apiLike(c.X) || len(c.X.Response.Body.Data) == 0 || h.Get("Content-Encoding") == "" && c.X.Response.Body.Data[0] != '[' {
			return nil
		}
		size := content.FormatSize(c.X.Response.Body.Size)
		return &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("Likely: %s answers with a whole list, %s of JSON, and no link to a next page.", c.endpointOf(), size),
			Short:      clip(size+" of JSON, no pages", shortCells),
			Evidence:   []exchange.Evidence{{Part: exchange.ResponseBody, Name: "content", Value: size, Note: c.X.Response.MediaType()}, c.responseField("Link", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Ask for a page, if the API has such a parameter."},
				Server: exchange.Advice{Text: "Link to the next page:", Copy: fmt.Sprintf("Link: <%s?page=2>; rel=\"next\"", c.Path())},
			},
		}
	},
	Examples: []Example{
		{Name: "list", Finds: "GET /v1/items answers with a whole list, 1.5 MiB of JSON", HTTP: listOf("")},
		{Name: "pages", HTTP: listOf("< Link: </v1/items?page=2>; rel=\"next\"\n")},
		{Name: "short", HTTP: `> GET http://api.test/v1/items HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

[1,2]`},
	},
})

// listOf is a list of which only the beginning travels with the exchange.
func listOf(fields string) string {
	return "> GET http://api.test/v1/items HTTP/1.1\n< HTTP/1.1 200 OK\n< Content-Type: application/json\n" + fields + "\n[{\"id\":1},\n* body cut 1572864\n"
}
