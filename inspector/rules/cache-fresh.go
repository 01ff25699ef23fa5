package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cache-fresh", Title: "The stored copy is still good", Family: Cache, Severity: exchange.SeverityGood,
	Explain:   "304 answers a conditional request: nothing changed, so nothing is sent, and the client uses its stored copy. The missing content is normal.",
	FixClient: "Nothing to change.",
	FixServer: "Nothing to change.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-304-not-modified",
	When:      status(304),
	Check: func(c *Case) *Finding {
		h := c.X.Request.Header
		name := "If-None-Match"
		if !h.Has(name) {
			name = "If-Modified-Since"
		}
		if !h.Has(name) {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s has not changed; the client uses its stored copy.", clip(c.Path(), 60)),
			Short:    "not changed, copy used",
			Evidence: []exchange.Evidence{c.requestField(name, "the stored copy"), c.statusLine("")},
		}
	},
	Examples: []Example{
		{Name: "etag", Finds: "/items/7 has not changed", HTTP: `> GET http://api.test/items/7 HTTP/1.1
> If-None-Match: "1"
< HTTP/1.1 304 Not Modified
< ETag: "1"`},
		{Name: "unasked", Also: []string{"status-304-unconditional"}, HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 304 Not Modified`},
	},
})
