package rules

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// resume says when a client may try again, by the response's own words.
type resume struct {
	At time.Time
	// Name and Value are the field that says so, Note how it was read. InBody: it
	// is a member or the words of the content.
	Name, Value, Note string
	InBody            bool
}

func (r *resume) evidence(c *Case) exchange.Evidence {
	if r.InBody {
		return inBody(r.Name, r.Value, r.Note)
	}
	return c.responseField(r.Name, r.Note)
}

// maxWait is the longest wait that is believed: a value beyond it is taken for
// a format that is not known.
const maxWait = 31 * 24 * time.Hour

// resumeFields are the fields with a time to resume, the standard ones first.
// There is no standard for the others: whether a number is a time or a span
// shows by its size alone.
var resumeFields = []string{
	"Retry-After", "Retry-After-Ms", "X-Ms-Retry-After-Ms", "RateLimit", "RateLimit-Reset", "RateLimit-ResetTime", "X-RateLimit-Reset-After",
	"X-RateLimit-Reset", "X-Rate-Limit-Reset", "X-RateLimit-Reset-Requests", "X-RateLimit-Reset-Tokens",
	"X-RateLimit-Requests-Reset", "X-RateLimit-UserReset", "Anthropic-RateLimit-Requests-Reset", "Anthropic-RateLimit-Tokens-Reset",
	"X-Rate-Limit-Reset-After", "X-Retry-After",
}

// resume is when a client may try again by the fields, else by the content; nil
// if neither says.
func (c *Case) resume(now time.Time) *resume {
	if r := resumeAt(c.X.Response.Header, now); r != nil {
		return r
	}
	return c.resumeInBody(now)
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
		if name == "RateLimit" {
			if s := rateLimitOf(h); s != nil && s.reset >= 0 {
				at, note, ok = now.Add(time.Duration(min(s.reset, 1e9))*time.Second), "parameter t, seconds from now", true
			}
		}
		if ok && plausible(at, now) {
			return &resume{At: at.UTC(), Name: name, Value: v, Note: note}
		}
	}
	return nil
}

func plausible(at, now time.Time) bool {
	return at.Sub(now) <= maxWait && at.Sub(now) >= -5*time.Minute
}

// resetLayouts are spellings of dates beside those of HTTP and RFC 3339:
// Atlassian leaves out the seconds, others the colon of the zone.
var resetLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 MST"}

// readReset reads one value. Retry-After is a number of seconds or a date (RFC
// 9110 section 10.2.3); the time that some services send in its place is too
// large for a span.
func readReset(name, v string, now time.Time) (at time.Time, note string, ok bool) {
	if name == "RateLimit" {
		return at, "", false // a structured field: see rateLimitOf
	}
	if n, err := strconv.ParseFloat(v, 64); err == nil && n >= 0 {
		switch {
		case strings.HasSuffix(name, "-Ms") && n <= maxWait.Seconds()*1000:
			return now.Add(time.Duration(n * float64(time.Millisecond))), "milliseconds from now", true
		case n <= maxWait.Seconds():
			return now.Add(time.Duration(n * float64(time.Second))), "seconds from now", true
		case n > 1e12:
			return time.UnixMilli(int64(min(n, 1e16))), "milliseconds since 1970", true
		case n > 1e9:
			return time.UnixMilli(int64(n * 1000)), "seconds since 1970", true
		}
		return at, "", false
	}
	if t, err := http.ParseTime(v); err == nil {
		return t, "a date", true
	}
	for _, layout := range resetLayouts {
		if t, err := time.Parse(layout, v); err == nil {
			return t, "a date", true
		}
	}
	if d, err := time.ParseDuration(v); err == nil && d >= 0 && name != "Retry-After" {
		return now.Add(d), "a span", true
	}
	return at, "", false
}

// retryText finds the wait in the words of a refusal.
var retryText = regexp.MustCompile(`(?i)\b(?:try again|retry|available|wait)[a-z ]{0,12} (?:in|after|for)? ?(\d+(?:\.\d+)?) ?(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b`)

// resumeInBody reads the wait from the content: a member whose name says it, as
// Discord, Telegram and Google have it, or the words of the message.
func (c *Case) resumeInBody(now time.Time) *resume {
	after := func(name, value string, d time.Duration) *resume {
		if d < 0 || d > maxWait {
			return nil
		}
		return &resume{At: now.Add(d).UTC(), Name: name, Value: value, Note: "from now", InBody: true}
	}
	body := c.JSON()
	for _, at := range []struct {
		in   any
		path string
	}{{body, "/"}, {object(body, "parameters"), "/parameters/"}, {object(body, "error"), "/error/"}} {
		o, _ := at.in.(map[string]any)
		for _, name := range []string{"retry_after", "retryAfter", "retry_after_seconds", "retryAfterSeconds"} {
			if n, ok := o[name].(float64); ok {
				return after(at.path+name, strconv.FormatFloat(n, 'f', -1, 64)+" s", time.Duration(min(n, 1e9)*float64(time.Second)))
			}
		}
	}
	for _, detail := range list(object(body, "error"), "details") {
		if d, err := time.ParseDuration(text(detail, "retryDelay")); err == nil {
			return after("retryDelay", text(detail, "retryDelay"), d)
		}
	}
	head := c.head(4 << 10)
	if !containsFold(head, "again") && !containsFold(head, "retry") && !containsFold(head, "wait") && !containsFold(head, "available") {
		return nil
	}
	m := retryText.FindStringSubmatch(head)
	if m == nil {
		return nil
	}
	n, err := json.Number(m[1]).Float64()
	if err != nil {
		return nil
	}
	return after("the server says", m[0], time.Duration(min(n, 1e9)*float64(unitOf(m[2]))))
}

func unitOf(unit string) time.Duration {
	switch unit = strings.ToLower(unit); {
	case strings.HasPrefix(unit, "ms"), strings.HasPrefix(unit, "mil"):
		return time.Millisecond
	case strings.HasPrefix(unit, "h"):
		return time.Hour
	case strings.HasPrefix(unit, "m"):
		return time.Minute
	}
	return time.Second
}
