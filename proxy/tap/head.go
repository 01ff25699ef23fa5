package tap

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

// The bounds of the head of a message.
const (
	maxHead   = 1 << 20
	maxFields = 10_000
	// maxStart is how much of a start line is awaited before its beginning is
	// judged.
	maxStart = 256
)

var errHeadTooLarge = errors.New("too large")

// head collects the head of a message over chunks.
type head struct {
	kept []byte // what came so far, if it did not come in one chunk
	// judged: the beginning of the start line was found good.
	judged bool
	// limit is the size of the largest head, 0 for maxHead.
	limit int
	// loose: kept may begin with bytes that browsers skip.
	loose bool
}

// take reads p up to the end of the head. Done, it returns the head, which is
// valid until the next call, and the rest of p. The empty lines before it are
// skipped (RFC 9112 section 2.2). begins judges the beginning of a start line.
func (h *head) take(p []byte, begins func([]byte) bool) (text, rest []byte, err error) {
	limit := cmp.Or(h.limit, maxHead)
	if len(h.kept) == 0 {
		p = bytes.TrimLeft(p, "\r\n")
		if n := headEnd(p, 0); n >= 0 && n <= limit {
			if !begins(startLine(p)) {
				return nil, nil, errMalformed(startLine(p))
			}
			return p[:n], p[n:], nil
		}
	}
	before := len(h.kept)
	h.kept = append(h.kept, p...)
	n := headEnd(h.kept, max(0, before-2))
	if err := h.judge(begins, false); err != nil {
		return nil, nil, err
	}
	switch {
	case n > limit || n < 0 && len(h.kept) > limit:
		return nil, nil, errHeadTooLarge
	case n < 0:
		return nil, nil, nil
	}
	text, rest = h.kept[:n], p[n-before:]
	h.reset()
	return text, rest, nil
}

// judge looks at the beginning of the start line once enough of it is there.
func (h *head) judge(begins func([]byte) bool, all bool) error {
	line := startLine(h.kept)
	if h.judged || !all && len(line) < maxStart && len(line) == len(h.kept) {
		return nil
	}
	if !begins(line) {
		return errMalformed(line)
	}
	h.judged = true
	return nil
}

// reset forgets the head. A large buffer is not kept for the next one.
func (h *head) reset() {
	h.judged, h.loose = false, false
	if cap(h.kept) > 16<<10 {
		h.kept = nil
	}
	h.kept = h.kept[:0]
}

// startLine is the first line of b, or its first bytes, without its end.
func startLine(b []byte) []byte {
	b = b[:min(len(b), maxStart)]
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = bytes.TrimSuffix(b[:i], []byte("\r"))
	}
	return b
}

// headEnd is the length of the head at the start of b with its empty line, -1
// if that did not come yet. The search starts at from.
func headEnd(b []byte, from int) int {
	for {
		i := bytes.IndexByte(b[from:], '\n')
		if i < 0 {
			return -1
		}
		from += i + 1
		switch rest := b[from:]; {
		case len(rest) > 0 && rest[0] == '\n':
			return from + 1
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return from + 2
		}
	}
}

// malformed is an error of the syntax of a message.
type malformed struct{ excerpt []byte }

func (m *malformed) Error() string { return fmt.Sprintf("%.64q", m.excerpt) }

func errMalformed(line []byte) error {
	return &malformed{append([]byte(nil), line[:min(len(line), maxStart)]...)}
}

// beginsResponse judges the beginning of a status line.
func beginsResponse(line []byte) bool { return bytes.HasPrefix(line, []byte("HTTP/")) }

// beginsRequest judges the beginning of a request line: a method of token
// characters (RFC 9110 section 5.6.2) and a space.
func beginsRequest(line []byte) bool {
	i := bytes.IndexByte(line, ' ')
	if i <= 0 {
		return false
	}
	for _, c := range line[:i] {
		if !tokenByte[c] {
			return false
		}
	}
	return true
}

// mayBeginRequest reports whether kept and p may be the beginning of a request
// line as far as they go. It tells another protocol from HTTP before a line
// ended.
func mayBeginRequest(kept, p []byte) bool {
	for _, b := range [2][]byte{kept, p} {
		for _, c := range b {
			if !tokenByte[c] {
				return c == ' ' || c == '\r' || c == '\n'
			}
		}
	}
	return true
}

var tokenByte = func() (t [256]bool) {
	for c := '0'; c <= 'z'; c++ {
		t[c] = c <= '9' || c >= 'a' || c >= 'A' && c <= 'Z'
	}
	for _, c := range "!#$%&'*+-.^_`|~" {
		t[c] = true
	}
	return t
}()

// parseRequest parses the head of a request. All its strings share one backing
// string.
func parseRequest(text []byte) (m exchange.Message, notes []string, err error) {
	s := string(text)
	line, rest := cutLine(s)
	i, j := strings.IndexByte(line, ' '), strings.LastIndexByte(line, ' ')
	if i <= 0 || j <= i || !strings.HasPrefix(line[j+1:], "HTTP/") {
		return m, nil, errMalformed([]byte(line))
	}
	m.Method, m.Proto = line[:i], line[j+1:]
	m.Target = strings.Trim(line[i:j], " ")
	if m.Target == "" {
		return m, nil, errMalformed([]byte(line))
	}
	m.Header, notes, err = parseFields(rest)
	return m, notes, err
}

// parseResponse parses the head of a response into m. The reason may be absent,
// with its space.
func parseResponse(text []byte, m *exchange.Message) (notes []string, err error) {
	s := string(text)
	line, rest := cutLine(s)
	proto, after, _ := strings.Cut(line, " ")
	after = strings.TrimLeft(after, " ")
	code, reason, _ := strings.Cut(after, " ")
	if m.Status = statusCode(code); m.Status < 0 || !strings.HasPrefix(proto, "HTTP/") {
		return nil, errMalformed([]byte(line))
	}
	m.Proto, m.Reason = proto, reason
	m.Header, notes, err = parseFields(rest)
	return notes, err
}

// statusCode reads a status code of any length that fits, -1 if it is none.
func statusCode(s string) int {
	if s == "" || len(s) > 6 {
		return -1
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// parseFields parses field lines up to the empty line or the end of s. What
// clients accept in spite of the syntax is kept and noted.
func parseFields(s string) (h exchange.Header, notes []string, err error) {
	n := strings.Count(s, "\n")
	if n > maxFields+1 {
		return nil, nil, errHeadTooLarge
	}
	h = make(exchange.Header, 0, n)
	for s != "" {
		var line string
		if line, s = cutLine(s); line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		remark := ""
		if trimmed := strings.Trim(name, " \t"); len(trimmed) != len(name) {
			name, remark = trimmed, "white space around the field name"
		}
		if !ok {
			name, remark = line, "a field line has no colon:"
		}
		value = strings.Trim(value, " \t")
		if s != "" && (s[0] == ' ' || s[0] == '\t') {
			value, s = unfold(value, s)
			remark = "folded over lines, which is obsolete, is the field"
		}
		if remark != "" && len(notes) < maxNotes {
			notes = append(notes, fmt.Sprintf("%s %.64q", remark, name))
		}
		h = append(h, exchange.Field{Name: name, Value: value})
	}
	return h, notes, nil
}

// unfold joins a value with the folded lines at the start of s (RFC 9112
// section 5.2), each behind one space.
func unfold(value, s string) (joined, rest string) {
	parts := []string{value}
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		var line string
		line, s = cutLine(s)
		if line = strings.Trim(line, " \t"); line != "" {
			parts = append(parts, line)
		}
	}
	return strings.Trim(strings.Join(parts, " "), " "), s
}

// cutLine cuts s behind its first line, whose end (CRLF or LF alone, RFC 9112
// section 2.2) it drops.
func cutLine(s string) (line, rest string) {
	i := strings.IndexByte(s, '\n')
	if i < 0 {
		return strings.TrimSuffix(s, "\r"), ""
	}
	line, rest = s[:i], s[i+1:]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line, rest
}
