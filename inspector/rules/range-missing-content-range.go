package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "range-missing-content-range", Title: "A part without its place", Family: Range, Severity: exchange.SeverityError,
	Explain:   "A 206 must say by Content-Range which bytes it carries, or carry several ranges as multipart/byteranges. Without that the client cannot put them in their place.",
	FixClient: "Do not use the part.",
	FixServer: "Send Content-Range with every 206.",
	Spec:      rfcRange + "#name-206-partial-content",
	When:      when(status2xx|methodGET, partial),
	Check: func(c *Case) *Finding {
		m := c.X.Response
		if m.Header.Has("Content-Range") || multipartRanges(m) || !c.X.Request.Header.Has("Range") {
			return nil
		}
		example := "Content-Range: bytes FIRST-LAST/SIZE"
		if asked, ok := parseRange(c.X.Request.Header.Get("Range")); ok && asked[0].First >= 0 {
			if n := contentLength(m); n > 0 {
				example = fmt.Sprintf("Content-Range: bytes %d-%d/SIZE", asked[0].First, asked[0].First+n-1)
			}
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s sent a part of %s (206) without Content-Range, so nobody knows which.", c.Host(), clip(c.Path(), 60)),
			Short:    "206 without Content-Range",
			Evidence: []exchange.Evidence{c.requestField("Range", ""), c.statusLine(""), c.responseField("Content-Range", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Do not use the part; request the whole:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Say which bytes these are:", Copy: example},
			},
		}
	},
	Examples: []Example{
		{Name: "missing", Finds: "without Content-Range", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=2-3
< HTTP/1.1 206 Partial Content

hi`},
		{Name: "multipart", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1,4-5
< HTTP/1.1 206 Partial Content
< Content-Type: multipart/byteranges; boundary=x`},
		{Name: "present", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=2-3
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 2-3/10

hi`},
	},
})
