package filter

import (
	"regexp"
	"strings"
)

// pattern is what a text is compared with: a part of it; the whole, with * for
// any bytes; the whole behind a leading =; or a regular expression.
type pattern struct {
	parts []string // in lower case, between the stars
	whole bool
	re    *regexp.Regexp
}

// newPattern reads the value of a term; a literal one stands for itself.
func newPattern(s string, literal bool) *pattern {
	s = lower(s)
	if literal {
		return &pattern{parts: []string{s}}
	}
	if rest, ok := strings.CutPrefix(s, "="); ok && rest != "" {
		return &pattern{parts: []string{rest}, whole: true}
	}
	parts := strings.Split(s, "*")
	return &pattern{parts: parts, whole: len(parts) > 1}
}

// newExpression reads an argument of mitmproxy's operators, which are regular
// expressions there. Without signs of one it is plain text: the dot of a
// host name means a dot.
func newExpression(s string) (*pattern, error) {
	if !strings.ContainsAny(s, `\^$[]()+?{}|*`) {
		return &pattern{parts: []string{lower(s)}}, nil
	}
	re, err := regexp.Compile("(?i)" + s)
	if err != nil {
		return nil, err
	}
	return &pattern{re: re}, nil
}

// in reports whether s fulfils the pattern.
func (p *pattern) in(s string) bool {
	switch {
	case p.re != nil:
		return p.re.MatchString(s)
	case !p.whole:
		return index(s, p.parts[0]) >= 0
	}
	return p.matchWhole(s)
}

// starts is like in, except that plain text must stand at the beginning.
func (p *pattern) starts(s string) bool {
	if p.re == nil && !p.whole {
		return hasPrefix(s, p.parts[0])
	}
	return p.in(s)
}

// equals is like in, except that plain text must be all of s.
func (p *pattern) equals(s string) bool {
	if p.re == nil && !p.whole {
		return len(s) == len(p.parts[0]) && hasPrefix(s, p.parts[0])
	}
	return p.in(s)
}

func (p *pattern) matchWhole(s string) bool {
	first, last := p.parts[0], p.parts[len(p.parts)-1]
	if len(p.parts) == 1 {
		return len(s) == len(first) && hasPrefix(s, first)
	}
	if len(s) < len(first)+len(last) || !hasPrefix(s, first) || !hasPrefix(s[len(s)-len(last):], last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range p.parts[1 : len(p.parts)-1] {
		i := index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return true
}

// lower is strings.ToLower for ASCII, which keeps the length: rows hold bytes
// that need not be UTF-8.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// index is where small, which is in lower case, first stands in s; -1 if
// nowhere.
func index(s, small string) int {
	if small == "" {
		return 0
	}
	first := small[0]
	for i := 0; i+len(small) <= len(s); i++ {
		if lowerByte(s[i]) == first && hasPrefix(s[i:], small) {
			return i
		}
	}
	return -1
}

// hasPrefix reports whether s begins with small, which is in lower case.
func hasPrefix(s, small string) bool {
	if len(s) < len(small) {
		return false
	}
	for i := range len(small) {
		if lowerByte(s[i]) != small[i] {
			return false
		}
	}
	return true
}
