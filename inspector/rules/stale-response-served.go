package rules

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "stale-response-served", Title: "A cache served an old copy", Family: Cache, Severity: exchange.SeverityWarning,
	Explain:   "Age is the time since the origin server made the response. A copy that is older than its lifetime is stale; a copy from before a change shows the state before it.",
	FixClient: "Ask past the cache to see the current state.",
	FixServer: "Purge the URL in the cache when it changes, or shorten its lifetime there.",
	Spec:      rfcCaching + "#name-freshness",
	When:      when(status200|methodGET|answersAge, okGet),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		if !h.Has("Age") && !h.Has("Warning") {
			return nil
		}
		v, _ := CacheVerdictOf(c.X)
		f := &Finding{
			Evidence: []exchange.Evidence{c.responseField("Age", ""), c.responseField("Cache-Control", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Ask past the cache:", Copy: c.curl("-H", "Cache-Control: no-cache")},
				Server: exchange.Advice{Text: "Let caches ask before each use, or purge them on changes:", Copy: "Cache-Control: no-cache"},
			},
		}
		if w := c.writeBefore(v.Age); w != nil {
			f.Related = []exchange.ID{w.ID}
			f.Short = "copy older than the change"
			f.Verdict = fmt.Sprintf("A cache sent a copy of %s that is %s old, made before #%d changed it %s ago.", clip(c.Path(), 60), duration(v.Age), w.ID, duration(c.answered().Sub(answeredAt(w))))
			f.Evidence = append(f.Evidence, sequence(w, w.Request.Method, statusText(w.Response), "the change"))
			return f
		}
		for _, code := range []string{"110", "111", "112"} {
			if strings.HasPrefix(h.Get("Warning"), code+" ") {
				f.Short = "stale copy served"
				f.Verdict = fmt.Sprintf("A cache says that its copy of %s is stale (Warning: %s).", clip(c.Path(), 60), clip(h.Get("Warning"), 60))
				f.Evidence = append(f.Evidence, c.responseField("Warning", ""))
				return f
			}
		}
		lifetime := v.SharedLifetime
		if !v.explicit() || v.Age == 0 || lifetime == 0 || v.Age <= lifetime+c.graceful() {
			return nil
		}
		f.Short = clip("stale by "+short(v.Age-lifetime), shortCells)
		f.Verdict = fmt.Sprintf("A cache sent a copy of %s that is %s old, but it is fresh for only %s.", clip(c.Path(), 60), duration(v.Age), duration(lifetime))
		if ownLifetime(h) {
			f.Severity, f.Confidence = exchange.SeverityInfo, exchange.Possible
			f.Verdict += " This cache may have a lifetime of its own."
		}
		return f
	},
	Examples: []Example{
		{Name: "old", Finds: "that is 1 h old, but it is fresh for only 1 min", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=60
< Age: 3600

[1]`},
		{Name: "warned", Finds: "says that its copy of /items is stale", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Warning: 110 cache "Response is stale"

[1]`},
		{Name: "after-a-change", Finds: "made before #1 changed it", HTTP: `* at 2026-11-22T14:00:00Z
> PUT http://api.test/items HTTP/1.1
< HTTP/1.1 204 No Content
* took 10ms
* at 2026-11-22T14:00:10Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Age: 300
< Cache-Control: max-age=600

[1]
* took 10ms`},
		{Name: "cdn", Finds: "may have a lifetime of its own", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=60
< Age: 3600
< X-Cache: HIT

[1]`},
		{Name: "fresh", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=3600
< Age: 60

[1]`},
		{Name: "while-revalidating", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=60, stale-while-revalidate=86400
< Age: 3600

[1]`},
		{Name: "shared-lifetime", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=60, s-maxage=86400
< Age: 3600

[1]`},
		{Name: "edge", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: public, max-age=0, must-revalidate
< Age: 3600
< X-Vercel-Cache: HIT

[1]`},
		{Name: "changed-later", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Age: 300
< Cache-Control: max-age=600

[1]
* took 10ms
* at 2026-11-22T14:00:10Z
> PUT http://api.test/items HTTP/1.1
< HTTP/1.1 204 No Content
* took 10ms`},
	},
})

// writeBefore is a change of the URL that a copy of this age does not have yet,
// nil if there is none. Age counts whole seconds.
func (c *Case) writeBefore(age time.Duration) *exchange.Exchange {
	if age == 0 || c.X.Start.IsZero() {
		return nil
	}
	for _, w := range slices.Backward(c.Links.SameURL) {
		unsafe := w.Request.Method != http.MethodGet && w.Request.Method != http.MethodHead && w.Request.Method != http.MethodPost
		if since := c.answered().Sub(answeredAt(w)); unsafe && ok(w) && !w.End().After(c.X.Start) && age > since+2*time.Second {
			return w
		}
	}
	return nil
}

// answeredAt is when the response to x began.
func answeredAt(x *exchange.Exchange) time.Time { return (&Case{X: x}).answered() }

// graceful is how long after its lifetime the response may be used (RFC 5861).
func (c *Case) graceful() time.Duration {
	ds := cacheDirectives(cacheControl(c.X.Response.Header))
	revalidate, _ := ds.seconds("stale-while-revalidate")
	onError, _ := ds.seconds("stale-if-error")
	allowed, _ := cacheDirectives(cacheControl(c.X.Request.Header)).seconds("max-stale")
	return max(revalidate, onError, allowed)
}

// ownLifetime reports whether the response comes by a CDN or gateway that is
// usually told its lifetime by other means than Cache-Control.
func ownLifetime(h exchange.Header) bool {
	for _, name := range []string{
		"X-Cache", "CF-Cache-Status", "X-Vercel-Cache", "X-Served-By", "X-Varnish", "Surrogate-Control", "CDN-Cache-Control", "X-Amz-Cf-Id", "X-Cache-Status", "Cache-Status",
	} {
		if h.Has(name) {
			return true
		}
	}
	return false
}
