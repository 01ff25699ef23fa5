package rules

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

const rfcCaching = "https://www.rfc-editor.org/rfc/rfc9111.html"

// cacheDirective is a directive of Cache-Control (RFC 9111 section 5.2).
type cacheDirective struct {
	// Name is in lower case, Value without quotation marks.
	Name, Value string
	HasValue    bool
}

// cacheControl returns the directives of a header section in their order.
func cacheControl(h exchange.Header) []cacheDirective {
	var found []cacheDirective
	for _, member := range h.List("Cache-Control") {
		name, value, ok := strings.Cut(member, "=")
		found = append(found, cacheDirective{strings.ToLower(strings.TrimSpace(name)), unquote(value), ok})
	}
	return found
}

type cacheDirectives []cacheDirective

func (ds cacheDirectives) has(name string) bool {
	for _, d := range ds {
		// private="Set-Cookie" and no-cache="…" are about those fields alone.
		ofFields := d.Value != "" && (name == "private" || name == "no-cache")
		if !ofFields && d.Name == name {
			return true
		}
	}
	return false
}

// seconds is the span that the directive gives; of several the shortest.
func (ds cacheDirectives) seconds(name string) (d time.Duration, ok bool) {
	for _, c := range ds {
		if c.Name != name {
			continue
		}
		if v, valid := deltaSeconds(c.Value); valid && (!ok || v < d) {
			d, ok = v, true
		}
	}
	return d, ok
}

// deltaSeconds reads a number of seconds (RFC 9111 section 1.2.2), at most 2^31.
func deltaSeconds(s string) (d time.Duration, ok bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > 1<<31 {
		n = 1 << 31
	}
	return time.Duration(n) * time.Second, true
}

// CacheVerdict is what caches may do with a response (RFC 9111).
type CacheVerdict struct {
	// Storable: some cache may store it. Shared: a shared cache, such as a CDN,
	// may too.
	Storable, Shared bool
	// Lifetime and SharedLifetime are how long it is fresh from its making on, in
	// the client's own and in a shared cache.
	Lifetime, SharedLifetime time.Duration
	// Basis names what the lifetime is from: "max-age", "s-maxage", "Expires",
	// "heuristic" (a tenth of the time since Last-Modified, as caches guess), or
	// "" if there is none.
	Basis string
	// Revalidate: it is to be asked about before each use.
	Revalidate bool
	// Age is how old it was when it came; more than 0 if a cache sent it.
	Age time.Duration
	// Why is the reason against storing, or against sharing, "" if none.
	Why string
}

// CacheVerdictOf reads what caches may do with the response of x; ok is false
// if no server answered.
func CacheVerdictOf(x *exchange.Exchange) (v CacheVerdict, ok bool) {
	if !received(x) {
		return v, false
	}
	h := x.Response.Header
	ds := cacheDirectives(cacheControl(h))
	v.Age, _ = deltaSeconds(h.Get("Age"))
	v.lifetimes(h, ds)
	v.Revalidate = ds.has("no-cache") || ds == nil && h.HasToken("Pragma", "no-cache")
	v.Why = unstorable(x, ds, v.Basis)
	if v.Why != "" {
		return v, true
	}
	v.Storable = true
	switch {
	case ds.has("private"):
		v.Why = "private"
	case x.Request.Header.Has("Authorization") && !ds.has("public") && !ds.has("must-revalidate") && !ds.has("s-maxage"):
		v.Why = "the request has Authorization"
	default:
		v.Shared = true
	}
	return v, true
}

// unstorable is why no cache may store the response (RFC 9111 section 3).
func unstorable(x *exchange.Exchange, ds cacheDirectives, basis string) string {
	status := x.Response.Status
	switch {
	case x.Request.Method != http.MethodGet && x.Request.Method != http.MethodHead:
		return "caches do not store answers to " + clip(x.Request.Method, 20)
	case status < 200:
		return "it is not final"
	case status == http.StatusPartialContent || status == http.StatusNotModified:
		return fmt.Sprintf("a %d completes a stored response", status)
	case ds.has("no-store"):
		return "no-store"
	case cacheDirectives(cacheControl(x.Request.Header)).has("no-store"):
		return "the request says no-store"
	case x.Response.Header.HasToken("Vary", "*"):
		return "Vary: *"
	case !heuristicallyCacheable(status) && (basis == "" || basis == "heuristic") && !ds.has("public") && !ds.has("private"):
		return fmt.Sprintf("a %d needs an explicit lifetime", status)
	}
	return ""
}

// heuristicallyCacheable are the codes whose responses caches may store without
// being told to (RFC 9110 section 15.1).
func heuristicallyCacheable(status int) bool {
	switch status {
	case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501:
		return true
	}
	return false
}

// lifetimes reads the freshness lifetime (RFC 9111 section 4.2.1).
func (v *CacheVerdict) lifetimes(h exchange.Header, ds cacheDirectives) {
	date, dateErr := http.ParseTime(h.Get("Date"))
	if d, ok := ds.seconds("max-age"); ok {
		v.Lifetime, v.Basis = d, "max-age"
	} else if h.Has("Expires") && !ds.has("max-age") {
		v.Basis = "Expires" // also where it is no date, which is past
		if t, err := http.ParseTime(h.Get("Expires")); err == nil && dateErr == nil {
			v.Lifetime = max(0, t.Sub(date))
		}
	} else if modified, err := http.ParseTime(h.Get("Last-Modified")); err == nil && dateErr == nil && date.After(modified) {
		v.Lifetime, v.Basis = date.Sub(modified)/10, "heuristic"
	}
	v.SharedLifetime = v.Lifetime
	if d, ok := ds.seconds("s-maxage"); ok {
		v.SharedLifetime = d
		if v.Basis == "" || v.Basis == "heuristic" {
			v.Basis = "s-maxage"
		}
	}
}

// explicit reports whether the server gave a lifetime itself.
func (v *CacheVerdict) explicit() bool { return v.Basis != "" && v.Basis != "heuristic" }

// String is the verdict in one line.
func (v CacheVerdict) String() string {
	if !v.Storable {
		return "not stored by caches: " + v.Why
	}
	who := "stored by browsers and shared caches"
	if !v.Shared {
		who = "stored by the client alone (" + v.Why + ")"
	}
	switch {
	case v.Revalidate:
		return who + ", asked about before each use (no-cache)"
	case v.Basis == "":
		return who + ", without a lifetime: asked about before each use"
	case v.Shared && v.SharedLifetime != v.Lifetime:
		return fmt.Sprintf("%s, fresh for %s there and %s in browsers", who, duration(v.SharedLifetime), duration(v.Lifetime))
	case v.Basis == "heuristic":
		return fmt.Sprintf("%s, without a lifetime: caches may guess %s", who, duration(v.Lifetime))
	case v.Lifetime == 0:
		return fmt.Sprintf("%s, asked about before each use (%s)", who, v.Basis)
	}
	return fmt.Sprintf("%s, fresh for %s (%s)", who, duration(v.Lifetime), v.Basis)
}

// cacheHit is the field by which the response shows that a cache sent it, ""
// if none does.
func cacheHit(h exchange.Header) string {
	if age, ok := deltaSeconds(h.Get("Age")); ok && age > 0 {
		return "Age"
	}
	for _, name := range []string{"X-Cache", "CF-Cache-Status", "X-Vercel-Cache", "X-Cache-Status", "X-Proxy-Cache"} {
		if v := strings.ToUpper(h.Get(name)); strings.HasPrefix(v, "HIT") || strings.HasPrefix(v, "STALE") || strings.HasPrefix(v, "TCP_HIT") {
			return name
		}
	}
	for _, member := range h.List("Cache-Status") {
		for _, parameter := range strings.Split(member, ";")[1:] {
			if strings.TrimSpace(parameter) == "hit" { // RFC 9211 section 2.1
				return "Cache-Status"
			}
		}
	}
	return ""
}
