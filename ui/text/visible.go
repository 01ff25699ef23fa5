// Package text measures, cuts, wraps and draws text in terminal cells, and makes
// the bytes of untrusted text visible first. Nothing in it interprets markup:
// text from the wire is drawn with explicit styles only.
package text

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// blanks are letters by category that print nothing: a name made of them looks
// empty.
var blanks = map[rune]bool{
	'\u034f': true, // combining grapheme joiner
	'\u115f': true, // Hangul choseong filler
	'\u1160': true, // Hangul jungseong filler
	'\u17b4': true, // Khmer vowel inherent aq
	'\u17b5': true, // Khmer vowel inherent aa
	'\u3164': true, // Hangul filler
	'\uffa0': true, // halfwidth Hangul filler
}

// Visible returns s with everything that a terminal would act on or hide written
// out: control characters as ^[ and ^M, C1 controls, bidi marks, zero-width and
// other format characters as <U+202E>, bytes that are not UTF-8 as \xFF. Tabs
// become ^I: expand them first where they mean columns. The result has no byte
// below 0x20, no control character and no bidi mark; Visible of it is itself.
//
// Zero-width joiners stay between characters outside ASCII, where emoji and
// scripts need them.
func Visible(s string) string {
	if isPlain(s) {
		return s
	}
	return string(AppendVisible(make([]byte, 0, len(s)+16), s))
}

// AppendVisible appends Visible(s) to dst.
func AppendVisible(dst []byte, s string) []byte {
	start := len(dst)
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			dst = appendASCII(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = fmt.Appendf(dst, `\x%02X`, s[i])
		case isHidden(r, dst[start:]):
			dst = fmt.Appendf(dst, "<U+%04X>", r)
		default:
			dst = append(dst, s[i:i+size]...)
		}
		i += size
	}
	return dst
}

func appendASCII(dst []byte, c byte) []byte {
	switch {
	case c < 0x20:
		return append(dst, '^', c+'@')
	case c == 0x7f:
		return append(dst, '^', '?')
	default:
		return append(dst, c)
	}
}

// isHidden reports whether r must be written out; before is the output so far,
// so that the answer is the same when the output is read again.
func isHidden(r rune, before []byte) bool {
	switch {
	case r < 0xa0, r == '\u2028', r == '\u2029', blanks[r]:
		return true
	case r == zeroWidthJoiner, r == zeroWidthNonJoiner:
		return len(before) == 0 || before[len(before)-1] < utf8.RuneSelf
	case unicode.Is(unicode.Cf, r):
		return !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
	case len(before) == 0:
		// A mark with nothing to sit on would join the cell to its left.
		return unicode.Is(unicode.M, r)
	}
	return false
}

// isPlain reports whether s is printable ASCII only.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
