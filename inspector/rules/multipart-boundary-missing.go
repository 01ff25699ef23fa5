package rules

import (
	"mime"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "multipart-boundary-missing", Title: "A multipart request without its boundary", Family: Content, Severity: exchange.SeverityError,
	Explain:   "The boundary that separates the parts must stand in Content-Type. Who sets the field by hand for a FormData overwrites the one with the boundary.",
	FixClient: "Do not set Content-Type for a FormData; the client adds it with the boundary.",
	FixServer: "Answer 400 and say that the boundary is missing.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc7578.html#section-4.1",
	When: when(status4xx|status5xx, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status >= 400 && x.Request.Body.State != exchange.NoBody && strings.HasPrefix(x.Request.MediaType(), "multipart/form-data")
	}),
	Check: func(c *Case) *Finding {
		_, params, err := mime.ParseMediaType(c.X.Request.Header.Get("Content-Type"))
		boundary := params["boundary"]
		what := ""
		switch data := string(c.X.Request.Body.Data); {
		case boundary == "":
			what = "Content-Type names no boundary"
		case err == nil && c.X.Request.Body.Whole() && !strings.Contains(data, "--"+boundary):
			what = "the boundary in Content-Type does not occur in the content"
		case err == nil && c.X.Request.Body.Whole() && !c.X.Request.Header.Has("Content-Encoding") && !strings.Contains(data, "--"+boundary+"--"):
			what = "the content ends without the closing boundary --" + clip(boundary, 40) + "--"
		default:
			return nil
		}
		return &Finding{
			Verdict:  "The server cannot read the form: " + what + ".",
			Short:    word(strings.HasPrefix(what, "the content ends"), "multipart form cut off", "multipart boundary missing"),
			Evidence: []exchange.Evidence{c.requestField("Content-Type", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Let the client set Content-Type:", Copy: c.curl("-F", "FIELD=VALUE")},
				Server: exchange.Advice{Text: "Answer 400 and say that the boundary is missing."},
			},
		}
	},
	Examples: []Example{
		{Name: "by-hand", Finds: "Content-Type names no boundary", Also: []string{"bad-request"}, HTTP: multipartRequest("multipart/form-data")},
		{Name: "other", Finds: "does not occur in the content", Also: []string{"bad-request"}, HTTP: multipartRequest("multipart/form-data; boundary=other")},
		{Name: "cut-off", Finds: "ends without the closing boundary --xyz--", Also: []string{"bad-request"}, HTTP: strings.Replace(multipartRequest("multipart/form-data; boundary=xyz"), "--xyz--", "", 1)},
		{Name: "cut-by-us", Also: []string{"bad-request"}, HTTP: strings.Replace(multipartRequest("multipart/form-data; boundary=xyz"), "--xyz--", "* body cut 70000", 1)},
		{Name: "right", Also: []string{"bad-request"}, HTTP: multipartRequest("multipart/form-data; boundary=xyz")},
	},
})

func multipartRequest(contentType string) string {
	return "> POST http://api.test/files HTTP/1.1\n> Content-Type: " + contentType + `

--xyz
Content-Disposition: form-data; name="a"

1
--xyz--
< HTTP/1.1 400 Bad Request`
}
