package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "vary-missing", Title: "The answer depends on a field that Vary does not name", Family: Cache, Severity: exchange.SeverityWarning,
	Explain:   "A cache gives one stored response to everybody who asks for the URL, unless Vary names the request fields on which it depends. A client may then get another one's language, coding or Access-Control-Allow-Origin.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Name the field in Vary, in every response of the URL.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-vary",
	When:      when(status200|methodGET, okGet),
	Check: func(c *Case) *Finding {
		y, by, shows := c.variesBy()
		if y == nil {
			return nil
		}
		v, _ := CacheVerdictOf(c.X)
		if !v.Storable {
			return nil
		}
		f := &Finding{
			Related: []exchange.ID{y.ID},
			Verdict: fmt.Sprintf("%s of %s depends on the request's %s, as #%d shows, but Vary does not name it; it is %s.", shows, clip(c.Path(), 60), by, y.ID, v),
			Short:   clip("Vary lacks "+by, shortCells),
			Evidence: []exchange.Evidence{
				c.requestField(by, ""), c.responseField(shows, ""),
				field(y.ID, exchange.RequestHeader, y.Request.Header, by, ""), field(y.ID, exchange.ResponseHeader, y.Response.Header, shows, ""),
			},
			Fix: exchange.Fix{Server: exchange.Advice{Text: "Name it in every response of this URL:", Copy: "Vary: " + strings.Join(append(c.X.Response.Header.List("Vary"), by), ", ")}},
		}
		if !v.explicit() || max(v.Lifetime, v.SharedLifetime) == 0 || v.Revalidate {
			f.Severity = exchange.SeverityInfo // caches ask before they use it
		}
		return f
	},
	Examples: []Example{
		{Name: "language", Finds: "depends on the request's Accept-Language, as #1 shows", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
> Accept-Language: de
< HTTP/1.1 200 OK
< Content-Language: de
< Cache-Control: max-age=60

Hallo
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
> Accept-Language: en
< HTTP/1.1 200 OK
< Content-Language: en
< Cache-Control: max-age=60

Hello
* took 10ms`},
		{Name: "coding", Finds: "depends on the request's Accept-Encoding", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=60
< Content-Type: text/plain

x
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
> Accept-Encoding: br
< HTTP/1.1 200 OK
< Cache-Control: max-age=60
< Content-Encoding: br
* took 10ms`},
		{Name: "origin", Finds: "request's Origin", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
> Origin: http://a.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: http://a.test
< Cache-Control: max-age=60

x
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
> Origin: http://b.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: http://b.test
< Cache-Control: max-age=60

x
* took 10ms`},
		{Name: "named", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
> Accept-Language: de
< HTTP/1.1 200 OK
< Content-Language: de
< Vary: accept-language
< Cache-Control: max-age=60

Hallo
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
> Accept-Language: en
< HTTP/1.1 200 OK
< Content-Language: en
< Vary: accept-language
< Cache-Control: max-age=60

Hello
* took 10ms`},
		{Name: "not-stored", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
> Accept-Language: de
< HTTP/1.1 200 OK
< Content-Language: de
< Cache-Control: no-store

Hallo
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
> Accept-Language: en
< HTTP/1.1 200 OK
< Content-Language: en
< Cache-Control: no-store

Hello
* took 10ms`},
		{Name: "does-not-depend", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
> Accept-Language: de
< HTTP/1.1 200 OK
< Cache-Control: max-age=60

Hallo
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
> Accept-Language: en
< HTTP/1.1 200 OK
< Cache-Control: max-age=60

Hello
* took 10ms`},
	},
})

// negotiated pairs the request fields with the response fields that show what
// was chosen by them.
var negotiated = [...][2]string{
	{"Accept-Encoding", "Content-Encoding"}, {"Accept-Language", "Content-Language"}, {"Accept", "Content-Type"}, {"Origin", allowOrigin},
}

// variesBy is an earlier response of the same URL that another value of a
// request field made different, with that field and what it decides. Dynamic
// content differs by itself, so the content is no proof.
func (c *Case) variesBy() (y *exchange.Exchange, by, shows string) {
	x := c.X
	var chosen [len(negotiated)]string
	for i, pair := range negotiated {
		chosen[i] = x.Response.Header.Get(pair[1])
	}
	for _, y := range slices.Backward(c.Links.SameURL) {
		if !okGet(y) || slices.Equal(x.Request.Header, y.Request.Header) {
			continue
		}
		for i, pair := range negotiated {
			by, shows := pair[0], pair[1]
			if chosen[i] == y.Response.Header.Get(shows) ||
				namedByVary(x.Response, by) || namedByVary(y.Response, by) ||
				!slices.Equal(differing(x.Request.Header, y.Request.Header), []string{by}) {
				continue
			}
			return y, by, shows
		}
	}
	return nil, "", ""
}

func namedByVary(m *exchange.Message, name string) bool {
	return m.Header.HasToken("Vary", name) || m.Header.HasToken("Vary", "*")
}
