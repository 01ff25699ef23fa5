package content

import (
	"fmt"
	"strings"
)

// Pair is one name=value of a form or query.
type Pair struct {
	// Name and Value are decoded; a percent sign without two hexadecimal digits
	// stays as it is.
	Name, Value string
	// Raw is the pair as sent.
	Raw string
	// Bare: there was no "=".
	Bare bool
	// Problem says what is wrong with the percent-encoding, "" if nothing.
	Problem string
}

// ParseForm reads application/x-www-form-urlencoded (WHATWG URL, section 5.1)
// in the order sent. Empty pairs are left out.
func ParseForm(s string) []Pair {
	var pairs []Pair
	for raw := range strings.SplitSeq(strings.TrimRight(s, "\r\n"), "&") {
		if raw == "" {
			continue
		}
		p := Pair{Raw: raw}
		name, value, ok := strings.Cut(raw, "=")
		p.Bare = !ok
		var problem string
		p.Name, p.Problem = unescapeForm(name)
		if p.Value, problem = unescapeForm(value); p.Problem == "" {
			p.Problem = problem
		}
		pairs = append(pairs, p)
	}
	return pairs
}

func unescapeForm(s string) (text, problem string) {
	if !strings.ContainsAny(s, "%+") {
		return s, ""
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b.WriteByte(' ')
		case c == '%' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0:
			b.WriteByte(byte(hexDigit(s[i+1])<<4 | hexDigit(s[i+2])))
			i += 2
		case c == '%':
			b.WriteByte(c)
			if problem == "" {
				problem = fmt.Sprintf("%q is not a percent-encoded byte", s[i:min(i+3, len(s))])
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), problem
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
