package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "range-if-range-mismatch", Title: "If-Range did not keep two versions apart", Family: Range, Severity: exchange.SeverityWarning,
	Explain:   "If-Range asks for a part only if the content is still the version that the client has a part of. Only a strong ETag or a date can say so. A 206 of another version is put together with the old part to a broken file.",
	FixClient: "Send the strong ETag of the part that you have.",
	FixServer: "Compare If-Range, and answer 200 with the whole content if it does not match.",
	Spec:      rfcRange + "#name-if-range",
	When:      when(anyStatus|methodGET|sendsRange, asksRange),
	Check: func(c *Case) *Finding {
		fault := c.ifRangeFault()
		weak := strings.HasPrefix(c.X.Request.Header.Get("If-Range"), "W/")
		if fault == "" || c.X.Response.Status != 206 && (!weak || c.X.Response.Status != 200) {
			return nil
		}
		v := c.X.Request.Header.Get("If-Range")
		validator := "ETag"
		if !strings.Contains(v, `"`) {
			validator = "Last-Modified"
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The server sent a part (206) against If-Range: %s.", fault),
			Short:    "If-Range not kept",
			Evidence: []exchange.Evidence{c.requestField("If-Range", "the client's version"), c.responseField(validator, "this version"), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Throw the parts away and request the whole:", Copy: c.curl()},
				Server: exchange.Advice{Text: "If it does not match, answer with the whole:", Copy: "HTTP/1.1 200 OK"},
			},
		}
		if c.X.Response.Status != 206 {
			f.Severity = exchange.SeverityInfo
			f.Verdict = "The request asks for a part with a weak ETag in If-Range, which never matches, so the whole content comes."
		}
		return f
	},
	Examples: []Example{
		{Name: "other-version", Finds: "the client has a part of \"1\", this is one of \"2\"", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1
> If-Range: "1"
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-1/10
< ETag: "2"

hi`},
		{Name: "date", Finds: "the version of 2026-11-22 14:00:00", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1
> If-Range: Sun, 22 Nov 2026 14:00:00 GMT
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-1/10
< Last-Modified: Sun, 22 Nov 2026 15:00:00 GMT

hi`},
		{Name: "weak", Finds: "a weak ETag in If-Range never matches", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1
> If-Range: W/"1"
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-1/10
< ETag: W/"1"

hi`},
		{Name: "weak-whole", Finds: "so the whole content comes", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1
> If-Range: W/"1"
< HTTP/1.1 200 OK
< ETag: W/"1"

0123456789`},
		{Name: "same-version", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1
> If-Range: "1"
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-1/10
< ETag: "1"

hi`},
		{Name: "changed", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1
> If-Range: "1"
< HTTP/1.1 200 OK
< ETag: "2"

0123456789`},
	},
})
