package rules

import (
	"strconv"
	"strings"
	"time"
)

// parseCookieDate reads the date of Expires by the algorithm of RFC 6265bis
// section 5.1.1: it looks for the parts of a date in any order and ignores all
// else, so it takes what no format of RFC 9110 allows. Years before 1601, which
// the RFC refuses, are past for browsers (measured).
func parseCookieDate(s string) (t time.Time, ok bool) {
	var d cookieDate
	for token := range strings.FieldsFuncSeq(s, dateDelimiter) {
		d.take(token)
	}
	return d.time()
}

// dateDelimiter is %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E.
func dateDelimiter(r rune) bool {
	return r == '\t' || r >= ' ' && r <= '/' || r >= ';' && r <= '@' || r >= '[' && r <= '`' || r >= '{' && r <= '~'
}

type cookieDate struct {
	hour, minute, second, day, year    int
	month                              time.Month
	hasTime, hasDay, hasMonth, hasYear bool
}

func (d *cookieDate) take(token string) {
	if !d.hasTime {
		if d.hour, d.minute, d.second, d.hasTime = clock(token); d.hasTime {
			return
		}
	}
	if !d.hasDay {
		if d.day, d.hasDay = leadingNumber(token, 1, 2); d.hasDay {
			return
		}
	}
	if !d.hasMonth {
		if d.month, d.hasMonth = monthOf(token); d.hasMonth {
			return
		}
	}
	if !d.hasYear {
		d.year, d.hasYear = leadingNumber(token, 2, 4)
	}
}

func (d *cookieDate) time() (t time.Time, ok bool) {
	switch {
	case d.year >= 70 && d.year <= 99:
		d.year += 1900
	case d.year >= 0 && d.year <= 69:
		d.year += 2000
	}
	if !d.hasTime || !d.hasDay || !d.hasMonth || !d.hasYear ||
		d.hour > 23 || d.minute > 59 || d.second > 59 || d.day < 1 || d.day > 31 {
		return t, false
	}
	t = time.Date(d.year, d.month, d.day, d.hour, d.minute, d.second, 0, time.UTC)
	return t, t.Day() == d.day
}

// clock reads hh:mm:ss, each of one or two digits, with anything but a digit
// behind it.
func clock(s string) (hour, minute, second int, ok bool) {
	parts := strings.SplitN(s, ":", 3)
	if len(parts) != 3 || len(parts[0]) > 2 || len(parts[1]) > 2 {
		return 0, 0, 0, false
	}
	h, err := strconv.ParseUint(parts[0], 10, 8)
	m, err2 := strconv.ParseUint(parts[1], 10, 8)
	second, ok = leadingNumber(parts[2], 1, 2)
	return int(h), int(m), second, ok && err == nil && err2 == nil
}

// leadingNumber reads the digits at the head of s, whose count must lie between
// low and high.
func leadingNumber(s string, low, high int) (n int, ok bool) {
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits < low || digits > high {
		return 0, false
	}
	n, err := strconv.Atoi(s[:digits])
	return n, err == nil
}

func monthOf(s string) (time.Month, bool) {
	if len(s) < 3 {
		return 0, false
	}
	i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(s[:3]))
	if i < 0 || i%3 != 0 {
		return 0, false
	}
	return time.Month(i/3 + 1), true
}
