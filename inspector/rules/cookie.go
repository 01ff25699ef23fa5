package rules

import (
	"strconv"
	"strings"
	"time"
)

// setCookie is a Set-Cookie field read as RFC 6265bis section 5.6 has it, which
// is what browsers do: it takes almost anything.
type setCookie struct {
	// Line is the value of the field as sent.
	Line string
	// Name is "" for a cookie without "=", which is all value.
	Name, Value string
	// Attributes are in the order of the wire, as sent.
	Attributes []cookieAttribute

	Secure, HTTPOnly, Partitioned bool
	// Domain is in lower case and without its leading dot. HasDomain: it was
	// given and is not empty.
	Domain    string
	HasDomain bool
	// Path is "" unless it was given and begins with a slash.
	Path string
	// SameSite is "strict", "lax", "none", or "" where it is missing or unknown.
	SameSite string
	// MaxAge is valid with HasMaxAge, Expires unless it is zero.
	MaxAge    time.Duration
	HasMaxAge bool
	Expires   time.Time
}

// cookieAttribute is one of the attributes; HasValue: it had a "=".
type cookieAttribute struct {
	Name, Value string
	HasValue    bool
}

// The bounds of RFC 6265bis section 5.6, in bytes.
const (
	maxCookie          = 4096
	maxCookieAttribute = 1024
	// maxCookieAttributes is how many attributes are read; Chromium reads 16.
	maxCookieAttributes = 64
)

// maxCookieAge is the longest that browsers keep a cookie (RFC 6265bis section
// 5.5: 400 days); it also keeps spans within their type.
const maxCookieAge = 400 * 24 * time.Hour

func parseSetCookie(line string) setCookie {
	k := setCookie{Line: line}
	pair, rest, more := strings.Cut(line, ";")
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		name, value = "", pair
	}
	k.Name, k.Value = cookieSpace(name), cookieSpace(value)
	for more && len(k.Attributes) < maxCookieAttributes {
		pair, rest, more = cutAttribute(rest)
		if pair == "" {
			continue
		}
		var a cookieAttribute
		a.Name, a.Value, a.HasValue = strings.Cut(pair, "=")
		a.Name, a.Value = cookieSpace(a.Name), cookieSpace(a.Value)
		k.Attributes = append(k.Attributes, a)
		if len(a.Value) <= maxCookieAttribute {
			k.apply(a)
		}
	}
	return k
}

func cutAttribute(s string) (attribute, rest string, more bool) {
	attribute, rest, more = strings.Cut(s, ";")
	return cookieSpace(attribute), rest, more
}

func cookieSpace(s string) string { return strings.Trim(s, " \t") }

// apply takes in an attribute; of several with one name the last counts.
func (k *setCookie) apply(a cookieAttribute) {
	switch strings.ToLower(a.Name) {
	case "secure":
		k.Secure = true
	case "httponly":
		k.HTTPOnly = true
	case "partitioned":
		k.Partitioned = true
	case "domain":
		k.HasDomain = a.Value != ""
		k.Domain = strings.ToLower(strings.TrimPrefix(a.Value, "."))
	case "path":
		k.Path = ""
		if strings.HasPrefix(a.Value, "/") {
			k.Path = a.Value
		}
	case "samesite":
		k.SameSite = ""
		switch v := strings.ToLower(a.Value); v {
		case "strict", "lax", "none":
			k.SameSite = v
		}
	case "max-age":
		// One that cannot be read takes the earlier ones with it (measured).
		k.MaxAge, k.HasMaxAge = cookieAge(a.Value)
	case "expires":
		k.Expires = time.Time{}
		if t, ok := parseCookieDate(a.Value); ok {
			k.Expires = t
		}
	}
}

// cookieAge reads a Max-Age: digits, maybe behind a sign. Browsers take the plus
// too (measured).
func cookieAge(s string) (age time.Duration, ok bool) {
	s = strings.TrimPrefix(s, "+")
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case digits != s || n == 0 && err == nil:
		return 0, true
	case err != nil || n > int64(maxCookieAge/time.Second):
		return maxCookieAge, true
	}
	return time.Duration(n) * time.Second, true
}

// ends is when the cookie ends for a client whose clock says now; session: it
// ends with the browser's session.
func (k *setCookie) ends(now time.Time) (at time.Time, session bool) {
	switch {
	case k.HasMaxAge:
		return now.Add(k.MaxAge), false
	case !k.Expires.IsZero():
		return k.Expires, false
	}
	return at, true
}

// deleted reports whether the cookie has ended when it comes, by which servers
// delete cookies.
func (k *setCookie) deleted(now time.Time) bool {
	at, session := k.ends(now)
	return !session && !at.After(now)
}

// attribute is the last attribute called name, in any case.
func (k *setCookie) attribute(name string) (a cookieAttribute, ok bool) {
	for _, b := range k.Attributes {
		if strings.EqualFold(b.Name, name) {
			a, ok = b, true
		}
	}
	return a, ok
}

// with is the field's value with some attributes left out and others added.
func (k *setCookie) with(without []string, added ...string) string {
	pair, _, _ := strings.Cut(k.Line, ";")
	parts := []string{cookieSpace(pair)}
attributes:
	for _, a := range k.Attributes {
		for _, name := range without {
			if strings.EqualFold(a.Name, name) {
				continue attributes
			}
		}
		if a.HasValue {
			parts = append(parts, a.Name+"="+a.Value)
		} else {
			parts = append(parts, a.Name)
		}
	}
	return strings.Join(append(parts, added...), "; ")
}
