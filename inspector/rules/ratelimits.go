package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// requestLimit is a limit on requests and what is left of it, by the fields of
// one response.
type requestLimit struct {
	// Limit and Left count requests, or other units of the service. Limit is 0
	// if it is not said.
	Limit, Left float64
	// Window is the time for which Limit counts, 0 if it is not said.
	Window time.Duration
	// Fields are those that say so, as spelled in the response.
	Fields []string
}

// limitOf is the limit of which the least is left, nil if the response names
// none. There are many spellings and one standard to come: fields with a pair
// of counts, e.g. X-RateLimit-Limit and X-RateLimit-Remaining, are told by their
// words; fields with both counts by their name.
func limitOf(h exchange.Header) *requestLimit {
	var least *requestLimit
	for i := range h {
		if l := readLimit(h, &h[i]); l != nil && (least == nil || l.share() < least.share()) {
			least = l
		}
	}
	return least
}

// share is the part of the limit that is left; a limit that is not said counts
// as far away.
func (l *requestLimit) share() float64 {
	switch {
	case l.Left <= 0:
		return 0
	case l.Limit <= 0:
		return 1
	}
	return l.Left / l.Limit
}

func readLimit(h exchange.Header, f *exchange.Field) *requestLimit {
	switch {
	case !containsFold(f.Name, "limit"):
		return nil
	case strings.EqualFold(f.Name, "RateLimit"):
		s := rateLimitOf(h)
		if s == nil {
			return nil
		}
		l := &requestLimit{Limit: float64(s.quota), Left: float64(s.left), Window: time.Duration(min(s.window, 1e9)) * time.Second, Fields: []string{"RateLimit"}}
		if s.quota > 0 && h.Has("RateLimit-Policy") {
			l.Fields = []string{"RateLimit-Policy", "RateLimit"}
		}
		return l
	case strings.EqualFold(f.Name, "X-Shopify-Shop-Api-Call-Limit"), strings.EqualFold(f.Name, "Sforce-Limit-Info"):
		return usedOf(f)
	case containsFold(f.Name, "remaining"):
		return remaining(h, f)
	}
	return nil
}

// usedOf reads a field with the count of what is used, a slash and the limit.
func usedOf(f *exchange.Field) *requestLimit {
	v := f.Value[strings.IndexByte(f.Value, '=')+1:] // Salesforce: api-usage=18/5000
	used, limit, ok := strings.Cut(v, "/")
	u, ok1 := countAt(used)
	l, ok2 := countAt(limit)
	if !ok || !ok1 || !ok2 || l <= 0 {
		return nil
	}
	return &requestLimit{Limit: l, Left: max(l-u, 0), Fields: []string{f.Name}}
}

// remaining reads a field with what is left, and the limit from the field that
// has another word in its place.
func remaining(h exchange.Header, f *exchange.Field) *requestLimit {
	left, ok := countAt(f.Value)
	if !ok || left < 0 {
		return nil
	}
	l := &requestLimit{Left: left, Fields: []string{f.Name}, Window: windowOf(f.Name, f.Value)}
	at := indexFold(f.Name, "remaining")
	before, after := f.Name[:at], f.Name[at+len("remaining"):]
	for _, name := range []string{before + "Limit" + after, before + "Max" + after, strings.TrimSuffix(before, "-") + after} {
		for i := range h {
			limit, ok := countAt(h[i].Value)
			if !strings.EqualFold(h[i].Name, name) || !ok || limit <= 0 {
				continue
			}
			l.Limit, l.Fields = limit, []string{h[i].Name, f.Name}
			if w := windowOf(h[i].Name, h[i].Value); w > 0 {
				l.Window = w
			}
			return l
		}
	}
	return l
}

// windowOf reads the window from the parameter w, e.g. "100;w=21600", or from
// the end of the name, e.g. X-RateLimit-Limit-Minute.
func windowOf(name, value string) time.Duration {
	if _, after, ok := strings.Cut(value, "w="); ok {
		if n, ok := countAt(after); ok && n > 0 && n <= maxWait.Seconds() {
			return time.Duration(n) * time.Second
		}
	}
	for _, unit := range []struct {
		suffix string
		window time.Duration
	}{{"-second", time.Second}, {"-minute", time.Minute}, {"-hour", time.Hour}, {"-day", 24 * time.Hour}} {
		if len(name) > len(unit.suffix) && strings.EqualFold(name[len(name)-len(unit.suffix):], unit.suffix) {
			return unit.window
		}
	}
	return 0
}

// words are e.g. "3 of 60 requests left per minute".
func (l *requestLimit) words() string {
	s := count(l.Left)
	if l.Limit > 0 {
		s += " of " + count(l.Limit)
	}
	s += " left"
	switch {
	case l.Window == 0 || l.Limit == 0:
	case l.Window == time.Second:
		s += " per second"
	case l.Window == time.Minute:
		s += " per minute"
	case l.Window == time.Hour:
		s += " per hour"
	case l.Window == 24*time.Hour:
		s += " per day"
	default:
		s += " per " + duration(l.Window)
	}
	return s
}

func count(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// evidence are the fields that name the limit.
func (l *requestLimit) evidence(c *Case) []exchange.Evidence {
	var es []exchange.Evidence
	for _, name := range l.Fields {
		es = append(es, c.responseField(name, ""))
	}
	return es
}

// reached reports whether nothing is left. A fraction can be left that is not
// enough for a request.
func (l *requestLimit) reached() bool { return l != nil && l.Left < 1 }

// countAt reads the number with which s begins, up to the next list
// member or parameter.
func countAt(s string) (n float64, ok bool) {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, ",; "); i >= 0 {
		s = s[:i]
	}
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// containsFold reports whether s contains word, which is in lower case.
func containsFold(s, word string) bool { return indexFold(s, word) >= 0 }

func indexFold(s, word string) int {
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}

// limitFlags are fields that services send when a limit was reached, and then
// alone.
var limitFlags = []string{"X-Envoy-Ratelimited", "Stripe-Rate-Limited-Reason", "X-Ms-Throttle-Information", "RateLimit-Reason"}

// limitFlag is the field of those that the response carries, "" if none.
func limitFlag(h exchange.Header) string {
	for _, name := range limitFlags {
		if h.Has(name) {
			return name
		}
	}
	return ""
}

// limitEvidence reports whether the response says that a limit was reached.
func limitEvidence(c *Case) bool {
	if limitFlag(c.X.Response.Header) != "" || limitOf(c.X.Response.Header).reached() {
		return true
	}
	return c.mentions("limit", "too many", "throttl", "slowdown", "overloaded", "quota") && limitText.MatchString(c.head(4<<10))
}

// limitWords words what is left of the limit, for the end of a sentence.
func limitWords(c *Case) string {
	if l := limitOf(c.X.Response.Header); l != nil {
		return fmt.Sprintf("; %s", l.words())
	}
	return ""
}
