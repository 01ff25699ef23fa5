package status

import (
	"strings"

	"httpwhy/inspector/spelling"
)

// oneOff tells whether a and b differ by at most one letter: one inserted, left
// out or replaced, or two neighbours swapped (the commonest slip of typing).
func oneOff(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > 1 {
		return false
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	if len(a) > len(b) {
		return a[i+1:] == b[i:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// nearest returns the name with the smallest distance to value, the first of
// equals. A name counts by its closest word too, as a filter does.
func nearest(value string, names []string) string {
	best, least := "", len(value)+1_000
	for _, name := range names {
		lower := strings.ToLower(name)
		d := spelling.Distance(lower, value)
		for _, word := range strings.Fields(lower) {
			d = min(d, spelling.Distance(word, value))
		}
		if d < least {
			best, least = name, d
		}
	}
	return best
}
