package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "etag-unstable", Title: "The ETag does not follow the content", Family: Cache, Severity: exchange.SeverityWarning,
	Explain:   "An ETag names a version of the content. If it changes while the content does not, copies are fetched anew for nothing, often because several servers compute it from inode or time. If it stays while the content changes, clients keep old content.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Compute the ETag from the content alone.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-etag",
	When:      when(status200|methodGET|answersETag, okGet),
	Check: func(c *Case) *Finding {
		etag := c.X.Response.Header.Get("ETag")
		y, changed := c.etagAgainst()
		if y == nil {
			return nil
		}
		f := &Finding{
			Related: []exchange.ID{y.ID},
			Short:   "ETag changes for nothing",
			Verdict: fmt.Sprintf("The ETag of %s is another than in #%d, but the content is the same.", clip(c.Path(), 60), y.ID),
			Fix:     exchange.Fix{Server: exchange.Advice{Text: "Compute it from the content alone, the same on all servers:", Copy: "FileETag MTime Size   # Apache: without INode"}},
		}
		if changed {
			f.Short = "same ETag, other content"
			f.Verdict = fmt.Sprintf("The content of %s is another than in #%d, but the strong ETag is the same: clients keep the old content.", clip(c.Path(), 60), y.ID)
			f.Fix.Server = exchange.Advice{Text: "Compute it from the content, or mark it as weak:", Copy: "ETag: W/" + clip(etag, 60)}
		}
		f.Evidence = []exchange.Evidence{
			{Exchange: y.ID, Part: exchange.ResponseHeader, Name: "ETag", Value: clip(y.Response.Header.Get("ETag"), 60)}, c.responseField("ETag", ""),
		}
		return f
	},
	Examples: []Example{
		{Name: "changes", Finds: "is another than in #1, but the content is the same", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "a-1"

[1]
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "b-1"

[1]
* took 10ms`},
		{Name: "flips", Finds: "the content is the same", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "a"
< Last-Modified: Sun, 22 Nov 2026 13:00:00 GMT

[1]
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "b"
< Last-Modified: Sun, 22 Nov 2026 13:00:01 GMT

[1]
* took 10ms
* at 2026-11-22T14:00:20Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "a"
< Last-Modified: Sun, 22 Nov 2026 13:00:00 GMT

[1]
* took 10ms`},
		{Name: "stays", Finds: "the strong ETag is the same", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "a"

[1]
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "a"

[2]
* took 10ms`},
		{Name: "new-version", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "a"

[1]
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "b"

[2]
* took 10ms`},
		{Name: "saved-again", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "a"
< Last-Modified: Sun, 22 Nov 2026 13:00:00 GMT

[1]
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "b"
< Last-Modified: Sun, 22 Nov 2026 13:30:00 GMT

[1]
* took 10ms`},
		{Name: "weak", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: W/"a"

[1]
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: W/"a"

[2]
* took 10ms`},
		{Name: "other-form", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
> Accept: text/csv
< HTTP/1.1 200 OK
< ETag: "a"

[1]
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "b"

[1]
* took 10ms`},
	},
})

// etagAgainst is the last earlier response to the same request whose ETag and
// content do not change together; changed: the content did, the ETag did not.
func (c *Case) etagAgainst() (y *exchange.Exchange, changed bool) {
	x := c.X
	etag := x.Response.Header.Get("ETag")
	if etag == "" {
		return nil, false
	}
	for _, y := range slices.Backward(c.Links.SameURL) {
		if !okGet(y) || !y.Response.Header.Has("ETag") || len(differing(x.Request.Header, y.Request.Header)) > 0 ||
			!strings.EqualFold(y.Response.Header.Get("Content-Encoding"), x.Response.Header.Get("Content-Encoding")) {
			continue
		}
		same, known := sameRepresentation(x.Response, y.Response)
		other := y.Response.Header.Get("ETag")
		switch {
		case !known:
		case other == etag && !same && !strings.HasPrefix(etag, "W/"):
			return y, true
		case opaqueTag(other) != opaqueTag(etag) && same && (sameModified(x, y) || c.etagCameBack(y)):
			return y, false
		}
		return nil, false
	}
	return nil, false
}

// sameModified reports whether neither response says that the content was
// written anew between them.
func sameModified(x, y *exchange.Exchange) bool {
	return x.Response.Header.Get("Last-Modified") == y.Response.Header.Get("Last-Modified")
}

// etagCameBack reports whether a response before y had the ETag of this one.
func (c *Case) etagCameBack(y *exchange.Exchange) bool {
	return slices.ContainsFunc(c.Links.SameURL, func(z *exchange.Exchange) bool {
		return before(z, y) && okGet(z) && z.Response.Header.Get("ETag") == c.X.Response.Header.Get("ETag")
	})
}
