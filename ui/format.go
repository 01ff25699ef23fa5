package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// milliseconds is d for a column of milliseconds: <0.1, 0.4, 38, 1203.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d <= 0:
		return ""
	case ms < 0.05:
		return "<0.1"
	case ms < 0.95:
		return fmt.Sprintf("%.1f", ms)
	case ms < 99_999_999:
		return strconv.FormatInt(int64(ms+0.5), 10)
	default:
		return "99999999"
	}
}

// size is a count of bytes in at most five cells: 0, 402, 4.3k, 311k, 10.4M.
func size(n int64) string {
	const k = 1024
	switch {
	case n < 1000:
		return strconv.FormatInt(n, 10)
	case n < 100*k:
		return fmt.Sprintf("%.1fk", float64(n)/k)
	case n < 1000*k:
		return fmt.Sprintf("%dk", n/k)
	case n < 100*k*k:
		return fmt.Sprintf("%.1fM", float64(n)/k/k)
	case n < 1000*k*k:
		return fmt.Sprintf("%dM", n/k/k)
	default:
		return fmt.Sprintf("%.1fG", float64(n)/k/k/k)
	}
}

// bytesText is a count of bytes in words: 65 B, 1.1 KiB, 10.4 MiB.
func bytesText(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	case n < 1<<30:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	default:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	}
}

// count writes n with commas: 1,204.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural is "1 row", "2 rows".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

// shortReference is a reference in a few cells: the section of an RFC, else the
// URL without its scheme.
func shortReference(url string) string {
	if i := strings.Index(url, "rfc-editor.org/rfc/rfc"); i >= 0 {
		number, fragment, _ := strings.Cut(url[i+len("rfc-editor.org/rfc/rfc"):], "#")
		number = strings.TrimSuffix(strings.TrimSuffix(number, ".html"), ".txt")
		text := "RFC " + number
		if section, ok := strings.CutPrefix(fragment, "section-"); ok {
			text += " section " + section
		}
		return text
	}
	if _, rest, ok := strings.Cut(url, "://"); ok {
		return strings.TrimSuffix(strings.TrimPrefix(rest, "www."), "/")
	}
	return url
}

// clock is the local time of day of t.
func clock(t time.Time) string { return t.Local().Format("15:04:05") }
