package content

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// maxNumericDate bounds the NumericDates that are taken for a time, in
// seconds: 2^53, up to which JSON readers agree on integers (RFC 8259
// section 6). It includes milliseconds sent by mistake.
const maxNumericDate = 1 << 53

// lateNumericDate is 9999-12-31T23:59:59Z in seconds. A later date is a
// mistake, mostly milliseconds.
const lateNumericDate = 253402300799

// date reads a NumericDate (RFC 7519 section 2): seconds since the epoch, which
// may have a fraction.
func (t *JWT) date(name string) *time.Time {
	v, ok := t.Claims[name]
	if !ok {
		return nil
	}
	n, ok := v.(json.Number)
	if !ok {
		t.problem("%s is %s, not a number", name, jsonType(v))
		return nil
	}
	at, ok := numericDate(string(n))
	if !ok {
		t.problem("%s is %s, which is no time", name, shorten(string(n), 40))
		return nil
	}
	if seconds := at.Unix(); seconds > lateNumericDate {
		hint := ""
		if year := time.UnixMilli(seconds).UTC().Year(); year >= 2000 && year < 2100 {
			hint = ": it looks like milliseconds, a NumericDate counts seconds"
		}
		t.problem("%s is %s, in the year %d%s", name, n, at.Year(), hint)
	}
	return &at
}

func numericDate(n string) (time.Time, bool) {
	f, err := strconv.ParseFloat(n, 64)
	if err != nil || math.Abs(f) > maxNumericDate {
		return time.Time{}, false
	}
	if strings.ContainsAny(n, "eE") {
		whole, frac := math.Modf(f)
		return time.Unix(int64(whole), int64(frac*1e9)).UTC(), true
	}
	// Digits, not a float: 1700000000.1 is not a tenth in binary.
	digits, fraction, _ := strings.Cut(n, ".")
	seconds, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	nanos, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if strings.HasPrefix(n, "-") {
		nanos = -nanos
	}
	return time.Unix(seconds, nanos).UTC(), true
}

// shorten cuts s after at most n bytes of ASCII.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}
