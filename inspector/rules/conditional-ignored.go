package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "conditional-ignored", Title: "The content was sent though the client has it", Family: Cache, Severity: exchange.SeverityWarning, PerEndpoint: true,
	Explain:   "The request names the version that the client has, and the response is that version. 304 would have spared the content.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Compare If-None-Match or If-Modified-Since before the content is sent.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-evaluation-of-preconditions",
	When:      when(status200|methodGET|sendsCondition, okGet),
	Check: func(c *Case) *Finding {
		condition, validator := unchanged(c.X.Request.Header, c.X.Response.Header)
		if condition == "" || c.X.Request.Header.Has("Range") {
			return nil
		}
		sent := ""
		if n := c.X.Response.Body.Size; n > 0 {
			sent = fmt.Sprintf(" and sent %d bytes again", n)
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The client has this version of %s already, but the server answered 200%s.", clip(c.Path(), 60), sent),
			Short:    "304 was due, 200 was sent",
			Evidence: []exchange.Evidence{c.requestField(condition, "the client's version"), c.responseField(validator, "this version"), c.statusLine("")},
			Fix:      exchange.Fix{Server: exchange.Advice{Text: "If the version is that of the condition:", Copy: "HTTP/1.1 304 Not Modified\n" + validator + ": " + clip(c.X.Response.Header.Get(validator), 60)}},
		}
		if strings.HasPrefix(c.X.Request.Header.Get("Cache-Control"), "no-cache") {
			f.Severity = exchange.SeverityInfo // a reload: some servers then send all of it
		}
		if condition == "If-Modified-Since" {
			f.Severity = exchange.SeverityInfo // a server need not support it (RFC 9110 section 13.1.3)
		}
		return f
	},
	Examples: []Example{
		{Name: "etag", Finds: "has this version of /items already", HTTP: `> GET http://api.test/items HTTP/1.1
> If-None-Match: "0", W/"1"
< HTTP/1.1 200 OK
< ETag: "1"

[1]`},
		{Name: "date", Finds: "has this version", HTTP: `> GET http://api.test/items HTTP/1.1
> If-Modified-Since: Sun, 22 Nov 2026 14:00:00 GMT
< HTTP/1.1 200 OK
< Last-Modified: Sun, 22 Nov 2026 14:00:00 GMT

[1]`},
		{Name: "changed", HTTP: `> GET http://api.test/items HTTP/1.1
> If-None-Match: "1"
< HTTP/1.1 200 OK
< ETag: "2"

[1]`},
		{Name: "etag-counts", HTTP: `> GET http://api.test/items HTTP/1.1
> If-None-Match: "1"
> If-Modified-Since: Sun, 22 Nov 2026 14:00:00 GMT
< HTTP/1.1 200 OK
< ETag: "2"
< Last-Modified: Sun, 22 Nov 2026 14:00:00 GMT

[1]`},
	},
})
