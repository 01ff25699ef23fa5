package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "no-store-breaks-304", Title: "An ETag that nobody may keep", Family: Cache, Severity: exchange.SeverityInfo,
	PerHost:   true,
	Explain:   "no-store forbids clients to keep the response, so they never send its ETag back, and 304 is never answered. no-cache allows to keep it but asks before each use.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Send no-cache, or private and no-cache, unless the content must not be kept at all.",
	Spec:      rfcCaching + "#name-no-store-2",
	When:      when(status200|methodGET|answersETag|answersCacheControl, okGet),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		if !h.Has("ETag") || !cacheDirectives(cacheControl(h)).has("no-store") {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s sends an ETag but forbids to store the response (no-store), so the ETag is of no use.", c.Host()),
			Short:    "ETag useless with no-store",
			Evidence: []exchange.Evidence{c.responseField("Cache-Control", ""), c.responseField("ETag", "")},
			Fix:      exchange.Fix{Server: exchange.Advice{Text: "If the client may keep it and ask before each use:", Copy: "Cache-Control: private, no-cache"}},
		}
	},
	Examples: []Example{
		{Name: "no-store", Finds: "so the ETag is of no use", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: no-store
< ETag: "1"

[1]`},
		{Name: "no-cache", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: private, no-cache
< ETag: "1"

[1]`},
	},
})
