package filter

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// ranges is a set of numbers: inclusive pairs of bounds.
type ranges [][2]int64

func (rs ranges) has(n int64) bool {
	for _, r := range rs {
		if r[0] <= n && n <= r[1] {
			return true
		}
	}
	return false
}

// number reads one number at the bounds of a range.
type number func(s string) (int64, bool)

// parseRanges reads a list such as 1,5-9,>=20. Bare says whether a number
// alone is allowed; low and high are the bounds of an open range.
func parseRanges(s string, read number, bare bool, low, high int64) (ranges, bool) {
	var rs ranges
	for item := range strings.SplitSeq(s, ",") {
		r, ok := parseRange(strings.TrimSpace(item), read, bare, low, high)
		if !ok {
			return nil, false
		}
		rs = append(rs, r)
	}
	return rs, true
}

func parseRange(s string, read number, bare bool, low, high int64) (r [2]int64, ok bool) {
	sign := s[:len(s)-len(strings.TrimLeft(s, "<>="))]
	s = strings.TrimSpace(s[len(sign):])
	if from, to, is := strings.Cut(s, "-"); is && sign == "" {
		a, okA := read(from)
		b, okB := read(to)
		return [2]int64{a, b}, okA && okB && a <= b
	}
	n, ok := read(s)
	if !ok {
		return r, false
	}
	switch sign {
	case ">":
		if n < math.MaxInt64 {
			n++
		}
		return [2]int64{n, high}, true
	case ">=":
		return [2]int64{n, high}, true
	case "<":
		return [2]int64{low, n - 1}, true
	case "<=":
		return [2]int64{low, n}, true
	case "=":
		return [2]int64{n, n}, true
	case "":
		return [2]int64{n, n}, bare
	}
	return r, false
}

func integer(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && s[0] != '+' && s[0] != '-'
}

// scaled reads a decimal number with a unit; units maps it to a factor, ""
// being the one that is meant without any.
func scaled(units map[string]float64) number {
	return func(s string) (int64, bool) {
		digits := s[:len(s)-len(strings.TrimLeft(s, "0123456789."))]
		factor, ok := units[lower(s[len(digits):])]
		n, err := strconv.ParseFloat(digits, 64)
		n *= factor
		return int64(n), ok && err == nil && n < 1<<62
	}
}

var duration = scaled(map[string]float64{
	"": 1e6, "ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "min": 60e9, "h": 3600e9,
})

// age differs from duration in what a number alone means: seconds.
var age = scaled(map[string]float64{
	"": 1e9, "ms": 1e6, "s": 1e9, "m": 60e9, "min": 60e9, "h": 3600e9, "d": float64(24 * time.Hour),
})

var bytesOf = scaled(map[string]float64{
	"": 1, "b": 1, "k": 1 << 10, "kb": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "mib": 1 << 20,
	"g": 1 << 30, "gb": 1 << 30, "gib": 1 << 30,
})

// parseStatus reads codes, classes and ranges of codes. A code that is not yet
// whole stands for all that begin with it, so that a list can follow typing.
func parseStatus(s string) (ranges, bool) {
	var rs ranges
	for item := range strings.SplitSeq(lower(s), ",") {
		item = strings.TrimSpace(item)
		if item == "err" || item == "none" {
			rs = append(rs, [2]int64{0, 0})
			continue
		}
		if r, ok := statusClass(item); ok {
			rs = append(rs, r)
			continue
		}
		r, ok := parseRange(item, statusCode, true, 1, 999)
		if !ok {
			return nil, false
		}
		rs = append(rs, r)
	}
	return rs, true
}

func statusCode(s string) (int64, bool) {
	n, ok := integer(s)
	return n, ok && len(s) == 3 && n >= 100
}

// statusClass reads 4xx, 40x, and what is typed on the way there.
func statusClass(s string) (r [2]int64, ok bool) {
	digits := strings.TrimRight(s, "x")
	if len(s) > 3 || digits == "" || len(digits) == 3 {
		return r, false
	}
	n, ok := integer(digits)
	if !ok || digits[0] == '0' {
		return r, false
	}
	width := int64(1)
	for range 3 - len(digits) {
		width *= 10
	}
	return [2]int64{n * width, n*width + width - 1}, true
}
