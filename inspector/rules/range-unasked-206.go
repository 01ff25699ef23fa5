package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "range-unasked-206", Title: "A part was sent though all was asked for", Family: Range, Severity: exchange.SeverityWarning,
	Explain:   "206 carries a part of the content and answers a request with Range. A client that did not ask for a part may take it for the whole; a cache may store it as that.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Answer 200 with the whole content unless the request has a Range.",
	Spec:      rfcRange + "#name-206-partial-content",
	When:      when(status2xx|methodGET, partial),
	Check: func(c *Case) *Finding {
		if c.X.Request.Header.Has("Range") {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s sent a part of %s (206), but the request has no Range.", c.Host(), clip(c.Path(), 60)),
			Short:    "206 without Range",
			Evidence: []exchange.Evidence{c.requestField("Range", ""), c.statusLine(""), c.responseField("Content-Range", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "To see it again:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Answer the whole content, and let no cache in between take a part for it:", Copy: "HTTP/1.1 200 OK\nAccept-Ranges: bytes"},
			},
		}
	},
	Examples: []Example{
		{Name: "unasked", Finds: "but the request has no Range", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-1/10

hi`},
		{Name: "no-range-at-all", Finds: "but the request has no Range", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
< HTTP/1.1 206 Partial Content

hi`},
		{Name: "asked", HTTP: `> GET http://app.test/film.mp4 HTTP/1.1
> Range: bytes=0-1
< HTTP/1.1 206 Partial Content
< Content-Range: bytes 0-1/10

hi`},
	},
})
