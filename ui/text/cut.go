package text

import "strings"

// CutEnd returns s, or as much of its beginning as fits into w cells with mark
// (an ellipsis) behind it. Where not even the mark fits, the beginning alone.
func CutEnd(s string, w int, mark string) string {
	if Width(s) <= w {
		return s
	}
	if m := Width(mark); m < w {
		return head(s, w-m) + mark
	}
	return head(s, w)
}

// CutMiddle returns s with its middle replaced by mark so that it fits into w
// cells. The end keeps the odd cell: in a path it says the most.
func CutMiddle(s string, w int, mark string) string {
	if Width(s) <= w {
		return s
	}
	rest := w - Width(mark)
	if rest < 2 {
		return CutEnd(s, w, mark)
	}
	return head(s, rest/2) + mark + tail(s, rest-rest/2)
}

// PadRight returns s cut or filled with spaces to exactly w cells.
func PadRight(s string, w int, mark string) string {
	s = CutEnd(s, w, mark)
	return s + spaces(w-Width(s))
}

// PadLeft is PadRight with the spaces in front, for numbers.
func PadLeft(s string, w int, mark string) string {
	s = CutEnd(s, w, mark)
	return spaces(w-Width(s)) + s
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// head returns the longest beginning of s that takes at most w cells.
func head(s string, w int) string {
	i := 0
	for i < len(s) {
		c := First(s[i:])
		if c.Width > w {
			break
		}
		w -= c.Width
		i += c.Size
	}
	return s[:i]
}

// tail returns the longest end of s that takes at most w cells.
func tail(s string, w int) string {
	skip := Width(s) - w
	i := 0
	for i < len(s) && skip > 0 {
		c := First(s[i:])
		skip -= c.Width
		i += c.Size
	}
	return s[i:]
}
