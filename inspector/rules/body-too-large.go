package rules

import (
	"fmt"
	"regexp"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "body-too-large", Title: "The content is too large for the server", Family: Content, Severity: exchange.SeverityError,
	Explain:   "The server, or a gateway before it, limits the size of requests. The limit of the gateway counts first: nginx takes 1 MB, Express 100 kB of JSON, unless set.",
	FixClient: "Send less, or in several requests.",
	FixServer: "Raise the limit in the gateway and in the application.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-413-content-too-large",
	When:      status(400, 413, 500),
	Check: func(c *Case) *Finding {
		proof := ""
		if c.mentions("too large", "toolarge", "maxuploadsizeexceeded", "maximum request length") {
			proof = tooLarge.FindString(c.head(4 << 10))
		}
		if c.X.Response.Status != 413 && (proof == "" || c.X.Request.Body.Size < 1<<10) {
			return nil
		}
		size := c.X.Request.Body.Size
		if size < c.X.Request.Body.Expected {
			size = c.X.Request.Body.Expected
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The content of %s is too large for %s.", content.FormatSize(size), c.Host()),
			Short:    clip("too large: "+content.FormatSize(size), shortCells),
			Evidence: []exchange.Evidence{{Part: exchange.RequestBody, Name: "size", Value: content.FormatSize(size)}, c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "See whether a smaller one is taken:", Copy: c.curl("-d", "@SMALLER_FILE")},
				Server: c.raiseBodyLimit("Raise the limit:", size),
			},
		}
		if g := c.Gateway(); g != nil {
			f.Verdict = fmt.Sprintf("The content of %s is too large for %s, the gateway; the application was not asked.", content.FormatSize(size), g.Generator)
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: g.Part, Name: "made by " + g.Generator, Value: g.Proof})
			if g.Generator == "nginx" {
				f.Fix.Server = c.raiseBodyLimit("Raise the limit, 1 MB unless set:", size)
			}
		}
		if proof != "" {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.ResponseBody, Name: "the server says", Value: excerpt(proof, 80)})
		}
		return f
	},
	Examples: []Example{
		{Name: "nginx", Finds: "too large for nginx, the gateway", HTTP: `> POST http://api.test/files HTTP/1.1
> Content-Length: 2000000

a
* body interrupted 65536
< HTTP/1.1 413 Request Entity Too Large
< Content-Type: text/html

<center><h1>413 Request Entity Too Large</h1></center>
<hr><center>nginx/1.22.1</center>`},
		{Name: "small", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/files HTTP/1.1
> Content-Type: text/plain

a
< HTTP/1.1 400 Bad Request`},
	},
})

var tooLarge = regexp.MustCompile(`(?i)(request )?(entity|payload|body|content) (is )?too large|PayloadTooLargeError|MaxUploadSizeExceeded|maximum request length exceeded`)
