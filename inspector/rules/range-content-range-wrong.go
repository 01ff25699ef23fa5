package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "range-content-range-wrong", Title: "Content-Range does not fit", Family: Range, Severity: exchange.SeverityError,
	Explain:   "Content-Range says which bytes of how many these are, both counted from 0. If it does not fit the content or the Range that was asked for, a client that puts parts together gets a broken file.",
	FixClient: "Do not use the part.",
	FixServer: "Correct Content-Range, and see that no gateway compresses parts.",
	Spec:      rfcRange + "#name-content-range",
	When:      when(status2xx|methodGET, partial),
	Check: func(c *Case) *Finding {
		if !c.X.Response.Header.Has("Content-Range") || multipartRanges(c.X.Response) {
			return nil
		}
		fault, serious := c.rangeFault()
		if fault == "" {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("Content-Range of %s is wrong: %s.", clip(c.Path(), 60), fault),
			Short:    "Content-Range is wrong",
			Evidence: []exchange.Evidence{c.requestField("Range", ""), c.responseField("Content-Range", ""), c.responseField("Content-Length", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Do not use the part; request the whole:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Let a library for files answer ranges, and leave parts as they are on the way:", Copy: "gzip off;"},
			},
		}
		if !serious {
			f.Severity = exchange.SeverityWarning
		}
		return f
	},
	Examples: []Example{
		{Name: "too-short", Finds: "it announces 10 bytes, the content has 2", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-9
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-9/100

hi`},
		{Name: "other-start", Finds: "it begins at byte 0, asked for were bytes 50-51", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=50-51
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-1/100

hi`},
		{Name: "past-the-end", Finds: "does not exist in 10 bytes", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=8-
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 8-10/10`},
		{Name: "syntax", Finds: "where a space belongs", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1
< HTTP/1.1 206 Partial Content
< Content-Range: bytes=0-1/10

hi`},
		{Name: "backwards", Finds: "comes before its first", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 1-0/10

hi`},
		{Name: "more", Finds: "it ends at byte 1", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-0
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-1/10

hi`},
		{Name: "suffix", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=-2
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 8-9/10

hi`},
		{Name: "to-the-end", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=8-
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 8-9/10

hi`},
		{Name: "clipped", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=8-99
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 8-9/10

hi`},
		{Name: "unknown-size", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=8-
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 8-9/*

hi`},
		{Name: "less", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-9
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-1/10

hi`},
	},
})
