package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "range-ignored", Title: "The server does not send parts", Family: Range, Severity: exchange.SeverityInfo,
	Explain:   "A server may ignore Range and send the whole content with 200. Players then cannot seek, and a client that resumes must not append what comes to what it has.",
	FixClient: "Begin anew with the content of a 200.",
	FixServer: "Answer Range with 206, and say Accept-Ranges: bytes.",
	Spec:      rfcRange + "#name-range",
	When:      when(anyStatus|methodGET|sendsRange, asksRange),
	Check: func(c *Case) *Finding {
		request, m := c.X.Request.Header, c.X.Response
		asked, ok := parseRange(request.Get("Range"))
		if m.Status != 200 || !ok || request.Has("If-Range") {
			return nil
		}
		n := contentLength(m)
		none := strings.EqualFold(m.Header.Get("Accept-Ranges"), "none")
		media := strings.HasPrefix(m.MediaType(), "video/") || strings.HasPrefix(m.MediaType(), "audio/")
		whole := asked[0].First == 0 && (asked[0].Last < 0 || n >= 0 && asked[0].Last >= n-1)
		if whole && !none && !media {
			return nil // all of it was asked for
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s ignores Range (%s) and sent all of %s.", c.Host(), asked[0], clip(c.Path(), 60)),
			Short:    "Range ignored",
			Evidence: []exchange.Evidence{c.requestField("Range", ""), c.statusLine(""), c.responseField("Accept-Ranges", "")},
			Fix:      exchange.Fix{Server: exchange.Advice{Text: "Send parts, e.g. by serving the file with a library that knows ranges:", Copy: "Accept-Ranges: bytes"}},
		}
		if media {
			f.Verdict += " A player cannot seek in it."
		}
		return f
	},
	Examples: []Example{
		{Name: "resume", Finds: "ignores Range (bytes from 5 on)", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=5-
< HTTP/1.1 200 OK

0123456789`},
		{Name: "video", Finds: "cannot seek", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-
< HTTP/1.1 200 OK
< Content-Type: video/mp4

0123456789`},
		{Name: "all-of-it", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1023
< HTTP/1.1 200 OK
< Content-Type: text/plain

0123456789`},
		{Name: "changed", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=5-
> If-Range: "1"
< HTTP/1.1 200 OK
< ETag: "2"

0123456789`},
	},
})
