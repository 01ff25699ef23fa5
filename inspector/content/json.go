package content

import (
	"bytes"
	"unicode/utf8"
)

// jsonToken is one lexical unit of JSON (RFC 8259 section 2), as the bytes of
// the source: spelling is never changed.
type jsonToken struct {
	kind       byte // one of { } [ ] : , or s string, n number, l literal, 0 end
	start, end int
}

// jsonReader reads tokens and checks that they stand in the right places,
// without recursion.
type jsonReader struct {
	data []byte
	pos  int
	// stack holds '{' or '[' for each open container.
	stack []byte
	// want is what may come next: v value, f first value or ']', k key, m first
	// key or '}', c colon, s comma or the end of the container, e next document.
	want byte
	// documents counts complete values at the top: more than one is NDJSON.
	documents int
	fault     *JSONError
}

func newJSONReader(data []byte) *jsonReader {
	r := &jsonReader{data: data, want: 'v'}
	r.pos = jsonStart(data)
	return r
}

// jsonStart is where the JSON begins: behind a byte order mark and behind a
// prefix that keeps scripts from reading it.
func jsonStart(data []byte) int {
	n := 0
	if bytes.HasPrefix(data, []byte(bom)) {
		n = len(bom)
	}
	for _, guard := range []string{")]}',", ")]}'", "while(1);", "for(;;);"} {
		if bytes.HasPrefix(data[n:], []byte(guard)) {
			return n + len(guard)
		}
	}
	return n
}

const bom = "\xef\xbb\xbf"

// next reads a token; kind 0 at the end, and at a fault.
func (r *jsonReader) next() jsonToken {
	newline := r.skipSpace()
	if r.pos >= len(r.data) {
		switch {
		case r.want == 'e':
		case len(r.stack) == 0 && r.documents == 0 && r.want == 'v':
			r.fail(r.pos, CauseEmpty, "there is no value")
		default:
			r.fail(r.pos, CauseTruncated, "the text ends within "+r.within())
		}
		return jsonToken{start: r.pos, end: r.pos}
	}
	if r.want == 'e' {
		if !newline {
			r.fail(r.pos, "", "more text follows the end of the value")
			return jsonToken{}
		}
		r.want = 'v'
	}
	t := r.lex()
	if r.fault == nil {
		r.accept(t)
	}
	if r.fault != nil {
		return jsonToken{}
	}
	r.pos = t.end
	return t
}

// skipSpace also skips RFC 7464's record separator, between documents only.
func (r *jsonReader) skipSpace() (newline bool) {
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; {
		case c == '\n' || c == '\r':
			newline = true
		case c == ' ' || c == '\t':
		case c == 0x1e && len(r.stack) == 0 && (r.want == 'e' || r.want == 'v'):
			newline = true
		default:
			return newline
		}
		r.pos++
	}
	return newline
}

func (r *jsonReader) lex() jsonToken {
	i := r.pos
	switch c := r.data[i]; {
	case bytes.IndexByte([]byte("{}[]:,"), c) >= 0:
		return jsonToken{c, i, i + 1}
	case c == '"':
		return r.lexString()
	case c == '-' || '0' <= c && c <= '9':
		return r.lexNumber()
	}
	for _, word := range []string{"true", "false", "null"} {
		rest := r.data[i:]
		if bytes.HasPrefix(rest, []byte(word)) && (len(rest) == len(word) || !wordByte(rest[len(word)])) {
			return jsonToken{'l', i, i + len(word)}
		}
		if len(rest) < len(word) && bytes.HasPrefix([]byte(word), rest) {
			r.pos = len(r.data)
			r.fail(r.pos, CauseTruncated, "the text ends within "+word)
			return jsonToken{}
		}
	}
	r.unexpected(i)
	return jsonToken{}
}

func wordByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '$' || c >= utf8.RuneSelf
}

func (r *jsonReader) lexString() jsonToken {
	i := r.pos + 1
	for i < len(r.data) {
		switch c := r.data[i]; {
		case c == '"':
			return jsonToken{'s', r.pos, i + 1}
		case c < 0x20:
			r.fail(i, CauseControl, "a control character stands unescaped in a string")
			return jsonToken{}
		case c == '\\':
			n := r.escape(i)
			if r.fault != nil {
				return jsonToken{}
			}
			i += n
		default:
			i++
		}
	}
	r.fail(len(r.data), CauseTruncated, "the text ends within a string")
	return jsonToken{}
}

// escape checks the escape sequence at i and returns its length.
func (r *jsonReader) escape(i int) int {
	if i+1 >= len(r.data) {
		r.fail(len(r.data), CauseTruncated, "the text ends within a string")
		return 0
	}
	switch r.data[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		for j := i + 2; j < i+6; j++ {
			if j >= len(r.data) {
				r.fail(len(r.data), CauseTruncated, "the text ends within a string")
				return 0
			}
			if hexDigit(r.data[j]) < 0 {
				r.fail(j, CauseEscape, `\u wants four hexadecimal digits`)
				return 0
			}
		}
		return 6
	}
	r.fail(i, CauseEscape, "this escape does not exist in JSON")
	return 0
}

func (r *jsonReader) lexNumber() jsonToken {
	i := r.pos
	at := func() byte {
		if i < len(r.data) {
			return r.data[i]
		}
		return 0
	}
	digits := func() bool {
		from := i
		for '0' <= at() && at() <= '9' {
			i++
		}
		if i == from && i >= len(r.data) {
			r.fail(i, CauseTruncated, "the text ends within a number")
		} else if i == from {
			r.unexpected(i)
		}
		return i > from
	}
	if at() == '-' {
		i++
	}
	zero := at() == '0'
	from := i
	if at() == 'I' || !digits() {
		if r.fault == nil {
			r.unexpected(i)
		}
		return jsonToken{}
	}
	if zero && i > from+1 {
		r.fail(from, CauseNumber, "a number begins with 0")
		return jsonToken{}
	}
	if at() == '.' {
		i++
		if !digits() {
			return jsonToken{}
		}
	}
	if at()|0x20 == 'e' {
		i++
		if at() == '+' || at() == '-' {
			i++
		}
		if !digits() {
			return jsonToken{}
		}
	}
	if wordByte(at()) || at() == '.' {
		r.unexpected(i)
		return jsonToken{}
	}
	return jsonToken{'n', r.pos, i}
}

// accept checks t against what may stand here and says what may follow.
func (r *jsonReader) accept(t jsonToken) {
	switch {
	case t.kind == '}' && (r.want == 'm' || r.want == 's' && r.top() == '{'),
		t.kind == ']' && (r.want == 'f' || r.want == 's' && r.top() == '['):
		r.stack = r.stack[:len(r.stack)-1]
		r.valueEnds()
	case (r.want == 'k' || r.want == 'm') && t.kind == 's':
		r.want = 'c'
	case r.want == 'c' && t.kind == ':':
		r.want = 'v'
	case r.want == 's' && t.kind == ',':
		r.want = 'v'
		if r.top() == '{' {
			r.want = 'k'
		}
	case (r.want == 'v' || r.want == 'f') && (t.kind == '{' || t.kind == '['):
		r.stack = append(r.stack, t.kind)
		r.want = 'f'
		if t.kind == '{' {
			r.want = 'm'
		}
	case (r.want == 'v' || r.want == 'f') && (t.kind == 's' || t.kind == 'n' || t.kind == 'l'):
		r.valueEnds()
	default:
		r.unexpected(t.start)
	}
}

func (r *jsonReader) valueEnds() {
	if r.want = 's'; len(r.stack) == 0 {
		r.want = 'e'
		r.documents++
	}
}

func (r *jsonReader) top() byte {
	if len(r.stack) == 0 {
		return 0
	}
	return r.stack[len(r.stack)-1]
}

func (r *jsonReader) within() string {
	switch r.top() {
	case '{':
		return "an object"
	case '[':
		return "a list"
	}
	return "a value"
}
