package rules

import (
	"net/http"
	"strconv"
	"time"

	"httpwhy/inspector/exchange"
)

// resume says when a client may try again, by the response's own words.
type resume struct {
	At time.Time
	// Name and Value are the field that says so, Note how it was read.
	Name, Value, Note string
}

// maxWait is the longest wait that is believed: a value beyond it is taken for
// a format that is not known.
const maxWait = 31 * 24 * time.Hour

// resumeFields are the fields with a time to resume, the standard ones first.
// There is no standard for the others: whether a number is a time or a span
// shows by its size alone.
var resumeFields = []string{
	"Retry-After", "RateLimit", "RateLimit-Reset", "X-RateLimit-Reset-After", "X-RateLimit-Reset", "X-Rate-Limit-Reset",
	"X-RateLimit-Reset-Requests", "X-RateLimit-Reset-Tokens", "Anthropic-RateLimit-Requests-Reset",
}

// resumeAt returns the first time to resume that can be read, nil if there is
// none. now is the server's clock.
func resumeAt(h exchange.Header, now time.Time) *resume {
	for _, name := range resumeFields {
		v := h.Get(name)
		if v == "" {
			continue
		}
		at, note, ok := readReset(name, v, now)
		if s := rateLimitOf(h); name == "RateLimit" && s != nil && s.reset >= 0 {
			at, note, ok = now.Add(time.Duration(min(s.reset, 1e9))*time.Second), "parameter t, seconds from now", true
		}
		if ok && at.Sub(now) <= maxWait && at.Sub(now) >= -5*time.Minute {
			return &resume{At: at.UTC(), Name: name, Value: v, Note: note}
		}
	}
	return nil
}

// readReset reads one value. Retry-After is a number of seconds or a date (RFC
// 9110 section 10.2.3).
func readReset(name, v string, now time.Time) (at time.Time, note string, ok bool) {
	if name == "RateLimit" {
		return at, "", false // a structured field: see rateLimitOf
	}
	if n, err := strconv.ParseFloat(v, 64); err == nil && n >= 0 {
		switch {
		case name == "Retry-After" || n <= maxWait.Seconds():
			return now.Add(time.Duration(min(n, 1e9) * float64(time.Second))), "seconds from now", true
		case n > 1e12:
			return time.UnixMilli(int64(min(n, 1e16))), "milliseconds since 1970", true
		case n > 1e9:
			return time.Unix(int64(n), 0), "seconds since 1970", true
		}
		return at, "", false
	}
	if t, err := http.ParseTime(v); err == nil {
		return t, "a date", true
	}
	if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
		return t, "a date", true
	}
	if d, err := time.ParseDuration(v); err == nil && d >= 0 {
		return now.Add(d), "a span", true
	}
	return at, "", false
}
