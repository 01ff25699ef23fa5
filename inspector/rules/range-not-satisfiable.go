package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "range-not-satisfiable", Title: "The range does not exist", Family: Range, Severity: exchange.SeverityError,
	Explain:   "416 says that none of the bytes that were asked for exist. A client that resumes a download asks from the length that it has: if the file has no more, its copy is complete; if it has less, the file was replaced.",
	FixClient: "Compare the length of your copy with the size that the server names.",
	FixServer: "Name the size in Content-Range: bytes */SIZE.",
	Spec:      rfcRange + "#name-416-range-not-satisfiable",
	When:      status(416),
	Check: func(c *Case) *Finding {
		v := c.X.Request.Header.Get("Range")
		asked, ok := parseRange(v)
		r, fault := parseContentRange(c.X.Response.Header.Get("Content-Range"))
		size := int64(-1)
		if fault == "" {
			size = r.Size
		}
		f := &Finding{
			Short:    "416: range does not exist",
			Evidence: []exchange.Evidence{c.requestField("Range", ""), c.statusLine(""), c.responseField("Content-Range", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Request the whole:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Name the size:", Copy: "Content-Range: bytes */SIZE"},
			},
		}
		if size >= 0 {
			f.Fix.Server = exchange.Advice{}
		}
		path := clip(c.Path(), 60)
		switch {
		case v == "":
			f.Verdict = fmt.Sprintf("%s answered 416 for %s, but the request has no Range.", c.Host(), path)
			f.Fix.Server = exchange.Advice{Text: "Without Range answer with the whole content:", Copy: "HTTP/1.1 200 OK"}
		case !ok:
			f.Verdict = fmt.Sprintf("The Range %q is malformed; %s answered 416.", clip(v, 40), c.Host())
			f.Fix.Client = exchange.Advice{Text: "Send a range with first and last byte:", Copy: c.curl("-r", "0-1023")}
		case size < 0:
			f.Verdict = fmt.Sprintf("%s has not the %s that were asked for; the server does not say how many there are.", path, bare(asked[0]))
		case asked[0].First == size && size > 0:
			// Resuming clients ask to learn just this.
			f.Severity, f.Short = exchange.SeverityInfo, "download already complete"
			f.Verdict = fmt.Sprintf("%s has %d bytes, and the request asks for those after them: the copy is complete already.", path, size)
			f.Fix.Client = exchange.Advice{Text: "Compare the sizes before resuming:", Copy: curl("HEAD", c.X.URL)}
		case asked[0].First > size:
			f.Verdict = fmt.Sprintf("%s has only %d bytes, but the request asks for %s: it is shorter than the copy, so another version.", path, size, asked[0])
			f.Fix.Client = exchange.Advice{Text: "Throw the copy away and request the whole:", Copy: c.curl()}
		default:
			f.Verdict = fmt.Sprintf("%s has %d bytes; the request asks for %s.", path, size, asked[0])
		}
		return f
	},
	Examples: []Example{
		{Name: "complete", Finds: "the copy is complete already", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=10-
< HTTP/1.1 416 Range Not Satisfiable
< Content-Range: bytes */10`},
		{Name: "shorter", Finds: "has only 10 bytes", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=500-
< HTTP/1.1 416 Range Not Satisfiable
< Content-Range: bytes */10`},
		{Name: "unnamed", Finds: "has not the bytes 500-600 that were asked for", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=500-600
< HTTP/1.1 416 Range Not Satisfiable`},
		{Name: "unasked", Finds: "but the request has no Range", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
< HTTP/1.1 416 Range Not Satisfiable`},
		{Name: "malformed", Finds: "is malformed", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=9-2
< HTTP/1.1 416 Range Not Satisfiable
< Content-Range: bytes */10`},
		{Name: "satisfied", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=8-
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 8-9/10

hi`},
	},
})

// bare is the range for a sentence that has an article already.
func bare(r byteRange) string { return strings.TrimPrefix(r.String(), "the ") }
