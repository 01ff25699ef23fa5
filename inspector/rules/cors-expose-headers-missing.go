package rules

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-expose-headers-missing", Title: "The page cannot read a field of the response", Family: CORS, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "Of a response from another origin a script sees only Cache-Control, Content-Language, Content-Length, Content-Type, Expires, Last-Modified and Pragma, and what Access-Control-Expose-Headers names.",
	FixClient: "Nothing to change: response.headers.get() returns null until the server exposes the field.",
	FixServer: "Name the field in Access-Control-Expose-Headers.",
	Spec:      "https://fetch.spec.whatwg.org/#http-access-control-expose-headers",
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		k := c.CORS()
		if k == nil || k.Preflight || k.Error != "" || k.Confidence != exchange.Certain || !c.Browser() {
			return nil
		}
		hidden := c.hiddenFields()
		if len(hidden) == 0 {
			return nil
		}
		exposed := append(c.X.Response.Header.List("Access-Control-Expose-Headers"), hidden...)
		return &Finding{
			Verdict:  fmt.Sprintf("Scripts of %s cannot read %s of the %d: Access-Control-Expose-Headers does not name it.", k.Origin, strings.Join(hidden, ", "), c.X.Response.Status),
			Short:    clip("CORS hides "+hidden[0], shortCells),
			Evidence: []exchange.Evidence{c.requestField("Origin", "the page"), c.responseField(hidden[0], ""), c.responseField("Access-Control-Expose-Headers", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Nothing to change."},
				Server: exchange.Advice{Text: "Expose it:", Copy: "Access-Control-Expose-Headers: " + strings.Join(exposed, ", ")},
			},
		}
	},
	Examples: []Example{
		{Name: "location", Finds: "cannot read Location of the 201", HTTP: exposing("201 Created", "Location: /items/7")},
		{Name: "file-name", Finds: "cannot read Content-Disposition of the 200", HTTP: exposing("200 OK", `Content-Disposition: attachment; filename="a.pdf"`)},
		{Name: "retry-after", Finds: "cannot read Retry-After of the 429", Also: []string{"rate-limited"}, HTTP: exposing("429 Too Many Requests", "Retry-After: 30")},
		{Name: "exposed", HTTP: exposing("201 Created", "Location: /items/7\n< Access-Control-Expose-Headers: location")},
		{Name: "all-exposed", HTTP: exposing("201 Created", "Location: /items/7\n< Access-Control-Expose-Headers: *")},
		{Name: "not-needed", HTTP: exposing("200 OK", "ETag: \"a\"")},
	},
})

func exposing(status, field string) string {
	return `> POST http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Sec-Fetch-Mode: cors
> Content-Type: application/json

{}
< HTTP/1.1 ` + status + `
< Access-Control-Allow-Origin: http://page.test
< ` + field
}

// hiddenFields are the fields of the response that its status makes useful for
// a script and that it cannot read.
func (c *Case) hiddenFields() []string {
	useful := []string{"Content-Disposition"}
	switch c.X.Response.Status {
	case http.StatusCreated, http.StatusAccepted:
		useful = append(useful, "Location")
	case http.StatusPartialContent:
		useful = append(useful, "Content-Range")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		useful = append(useful, "Retry-After")
	}
	h := c.X.Response.Header
	exposed := h.List("Access-Control-Expose-Headers")
	return slices.DeleteFunc(useful, func(name string) bool {
		return !h.Has(name) || slices.ContainsFunc(exposed, func(e string) bool {
			// With credentials * is a name like others.
			return strings.EqualFold(e, name) || e == "*" && !c.X.Request.Header.Has("Cookie")
		})
	})
}
