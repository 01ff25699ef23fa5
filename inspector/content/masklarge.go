package content

import (
	"strings"
)

// maskPiece is the size in bytes up to which text is masked in one go.
const maskPiece = 4 << 10

// MaskLarge is MaskText for text of any size. It takes the text line by line,
// long lines in pieces that end behind a value, and looks closely only at what
// could hold a secret: some hundred times faster on a body without any.
func MaskLarge(s string) string {
	if len(s) <= maskPiece {
		return MaskText(s)
	}
	var b strings.Builder
	var probe []byte
	same := 0 // s[same:] is not yet in b
	for from := 0; from < len(s); {
		to := from + pieceEnd(s[from:])
		piece := s[from:to]
		probe = appendNormal(probe[:0], piece)
		if mayHoldSecret(string(probe), piece) {
			if masked := MaskText(piece); masked != piece {
				b.WriteString(s[same:from])
				b.WriteString(masked)
				same = to
			}
		}
		from = to
	}
	if same == 0 {
		return s
	}
	b.WriteString(s[same:])
	return b.String()
}

// pieceEnd is where the next piece of s ends: at the end of its line or, in a
// long line, behind a comma or ampersand that follows a whole value.
func pieceEnd(s string) int {
	if i := strings.IndexByte(s[:min(len(s), maskPiece)], '\n'); i >= 0 {
		return i + 1
	}
	for i := maskPiece; i < len(s); i++ {
		switch {
		case s[i] == '\n', s[i] == '&':
			return i + 1
		case s[i] == ',' && strings.IndexByte(`"}]`, s[i-1]) >= 0 && s[i-2] != '\\':
			return i + 1
		}
	}
	return len(s)
}

// appendNormal appends s in lower case without what normalName takes out.
func appendNormal(dst []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '-' || c == '_' || c == '.' || c == ' ' || c == '[' || c == ']':
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c+'a'-'A')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// mayHoldSecret reports whether MaskText could change a piece, whose normal form
// has the words by which secrets are recognised.
func mayHoldSecret(normal, piece string) bool {
	for _, words := range [][]string{secretWords, maskTriggers} {
		for _, w := range words {
			if strings.Contains(normal, w) {
				return true
			}
		}
	}
	for name := range secretNames {
		if strings.Contains(normal, name) {
			return true
		}
	}
	for name := range randomNames {
		if strings.Contains(normal, name) {
			return true
		}
	}
	// user:password@ in a URL.
	return strings.Contains(piece, "://") && strings.Contains(piece, "@")
}

// maskTriggers are the marks of secrets that have no name: schemes, the
// beginnings of a JSON object in base64url, and of the keys of keyPrefix.
var maskTriggers = []string{
	"bearer", "dpop", "basic", "cookie", "eyj", "eya", "eyi", "ewo", "ewk", "ew0", "ewi", "ewa",
	"sklive", "sktest", "pklive", "pktest", "rklive", "rktest",
	"ghp", "gho", "ghu", "ghs", "ghr", "sk", "xox",
}
