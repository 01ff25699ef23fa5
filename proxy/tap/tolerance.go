package tap

import (
	"bytes"
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

// Browsers read more than HTTP allows, and what they read the tap reads too:
// measured with Chromium 156, whose rules these are.

const (
	// maxSlop is how many bytes browsers skip before a status line.
	maxSlop = 4
	// maxBrowserHead is the size of the largest response head that they take.
	maxBrowserHead = 256 << 10
)

// isBrowser reports whether m was sent by a program with a browser's network
// stack.
func isBrowser(m *exchange.Message) bool {
	return strings.HasPrefix(m.Header.Get("User-Agent"), "Mozilla/") || m.Header.Has("Sec-Fetch-Mode")
}

// slop is the number of bytes before the status line at the start of b, -1 if
// none begins there. Known is false while more bytes are needed to tell.
func slop(b []byte) (n int, known bool) {
	for n = 0; n <= maxSlop && n < len(b); n++ {
		word := b[n:min(len(b), n+len("http"))]
		if !bytes.EqualFold(word, []byte("http")[:len(word)]) {
			continue
		}
		return n, len(word) == len("http")
	}
	return -1, len(b) >= maxSlop+len("http")
}

// skipSlop drops what browsers skip before a status line. It returns nil while
// more bytes are needed, which it keeps.
func (h *head) skipSlop(p []byte) (rest []byte, skipped string) {
	if h.judged || len(h.kept) > 0 && !h.loose {
		return p, ""
	}
	kept := len(h.kept) > 0
	if kept {
		p = append(bytes.Clone(h.kept), p...)
	}
	n, known := slop(p)
	if n < 0 { // then the whole line is of interest
		known = len(p) >= maxStart || bytes.IndexByte(p, '\n') >= 0
	}
	if !known {
		h.kept, h.loose = append(h.kept[:0], p...), true
		return nil, ""
	}
	h.kept, h.loose = h.kept[:0], false
	if n <= 0 {
		return p, ""
	}
	return p[n:], string(p[:n])
}

// beginsTolerated judges the beginning of a status line as browsers do.
func beginsTolerated(line []byte) bool {
	return len(line) >= len("http") && strings.EqualFold(string(line[:len("http")]), "http")
}

// parseTolerated parses the head of a response into m as browsers do: what they
// cannot read of the version is 1.0, and of the status code 200.
func parseTolerated(text []byte, m *exchange.Message) (notes []string, err error) {
	if notes, err = parseResponse(text, m); err == nil && wellFormed(text, m) {
		return notes, nil
	}
	line, rest := cutLine(string(text))
	proto, after, _ := strings.Cut(line, " ")
	after = strings.TrimLeft(after, " ")
	digits := len(after) - len(strings.TrimLeft(after, "0123456789"))
	m.Status = 200
	if digits > 0 {
		m.Status = statusCode(after[:min(digits, 6)])
	}
	m.Proto, m.Reason = toleratedVersion(proto), strings.TrimLeft(after[digits:], " ")
	m.Header, notes, err = parseFields(rest)
	return append(notes, forgiven("the status line is %.64q", line)), err
}

func wellFormed(text []byte, m *exchange.Message) bool {
	digit := func(i int) bool { return m.Proto[i] >= '0' && m.Proto[i] <= '9' }
	return len(m.Proto) == len("HTTP/1.1") && digit(5) && m.Proto[6] == '.' && digit(7) && m.Status >= 0 &&
		len(text) > 12 && (len(text) < 13 || text[12] < '0' || text[12] > '9')
}

func toleratedVersion(proto string) string {
	if len(proto) > 5 && proto[4] == '/' {
		if dot := strings.IndexByte(proto, '.'); dot > 0 && dot+1 < len(proto) &&
			(proto[5] == '1' && proto[dot+1] >= '1' && proto[dot+1] <= '9' || proto[5] >= '2' && proto[5] <= '9') {
			return "HTTP/1.1"
		}
	}
	return "HTTP/1.0"
}

// forgiven is the note of a fault that browsers forgive.
func forgiven(format string, args ...any) string {
	return exchange.Forgiven + fmt.Sprintf(format, args...)
}
