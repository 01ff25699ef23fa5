package content

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// JSONCause is the guess why a text is not JSON.
type JSONCause string

// The causes. An empty cause is unknown.
const (
	CauseTruncated     JSONCause = "truncated"
	CauseEmpty         JSONCause = "empty"
	CauseTrailingComma JSONCause = "trailing comma"
	CauseMissingComma  JSONCause = "missing comma"
	CauseSingleQuotes  JSONCause = "single quotes"
	CauseUnquotedKey   JSONCause = "unquoted key"
	CauseNaN           JSONCause = "NaN, Infinity or undefined"
	CausePython        JSONCause = "Python literal"
	CauseComment       JSONCause = "comment"
	CauseControl       JSONCause = "control character"
	CauseEscape        JSONCause = "invalid escape"
	CauseNumber        JSONCause = "invalid number"
	CauseObjectObject  JSONCause = "[object Object]"
	CauseForm          JSONCause = "form labelled JSON"
	CauseHTML          JSONCause = "HTML labelled JSON"
	CauseUTF16         JSONCause = "UTF-16"
	// CauseBOM: valid but for the byte order mark, which RFC 8259 section 8.1
	// forbids to send and allows to ignore. Browsers ignore it.
	CauseBOM JSONCause = "byte order mark"
)

// JSONError says where and why a text is not JSON.
type JSONError struct {
	// Offset is in bytes from 0; Line and Column, in characters, count from 1.
	Offset, Line, Column int
	Cause                JSONCause
	// Message is a sentence without the place.
	Message string
	// Excerpt is a part of the line with a caret under the place, on two lines.
	Excerpt string
}

func (e *JSONError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// CheckJSON returns nil if data is JSON: one value, or several on lines of
// their own (NDJSON, RFC 7464), or JSON behind a prefix such as )]}' that keeps
// scripts from reading it.
func CheckJSON(data []byte) *JSONError {
	r := newJSONReader(data)
	for r.next().kind != 0 {
	}
	if r.fault == nil && bytes.HasPrefix(data, []byte(bom)) {
		r.fail(0, CauseBOM, "a byte order mark stands before the value")
	}
	return r.fault
}

func (r *jsonReader) fail(at int, cause JSONCause, message string) {
	line := 1 + bytes.Count(r.data[:at], []byte("\n"))
	start := bytes.LastIndexByte(r.data[:at], '\n') + 1
	column := 1 + utf8.RuneCount(r.data[start:at])
	r.fault = &JSONError{at, line, column, cause, message, excerpt(r.data, start, at)}
}

// excerptSide is how many bytes of a line are shown on each side of the place.
const excerptSide = 30

func excerpt(data []byte, start, at int) string {
	end := len(data)
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		end = at + i
	}
	from, to := max(start, at-excerptSide), min(end, at+excerptSide)
	for from > start && from < at && !utf8.RuneStart(data[from]) {
		from++
	}
	for to < end && to > at && !utf8.RuneStart(data[to]) {
		to--
	}
	before, after := visible(data[from:at]), visible(data[at:to])
	if from > start {
		before = "…" + before
	}
	if to < end {
		after += "…"
	}
	return before + after + "\n" + strings.Repeat(" ", utf8.RuneCountInString(before)) + "^"
}

// visible writes one cell for each control character or invalid byte.
func visible(b []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return '·'
		}
		return r
	}, string(b))
}

// unexpected guesses from what stands at i, and before it, why it is there.
func (r *jsonReader) unexpected(i int) {
	cause, message := r.guess(i)
	if message == "" {
		c, _ := utf8.DecodeRune(r.data[i:])
		message = fmt.Sprintf("%q stands where %s is expected", c, r.expected())
	}
	r.fail(i, cause, message)
}

func (r *jsonReader) expected() string {
	switch r.want {
	case 'k', 'm':
		return "a key in double quotes"
	case 'c':
		return "a colon"
	case 's':
		return "a comma or the end of " + r.within()
	}
	return "a value"
}

func (r *jsonReader) guess(i int) (JSONCause, string) {
	rest := r.data[i:]
	first := r.documents == 0 && len(r.stack) == 0
	switch c := rest[0]; {
	case c == '}' || c == ']':
		if r.before(i) == ',' {
			return CauseTrailingComma, fmt.Sprintf("a comma stands before %q", c)
		}
		return "", ""
	case bytes.HasPrefix(r.data, []byte("[object ")):
		return CauseObjectObject, "an object was turned into text instead of JSON: use JSON.stringify"
	case first && (bytes.HasPrefix(r.data, []byte("\xff\xfe")) || bytes.HasPrefix(r.data, []byte("\xfe\xff")) || len(rest) > 1 && rest[1] == 0):
		return CauseUTF16, "the text is UTF-16; JSON is sent in UTF-8"
	case c == '\'' || c == '`':
		return CauseSingleQuotes, fmt.Sprintf("a text stands in %c: JSON wants double quotes", c)
	case c == '/' && len(rest) > 1 && (rest[1] == '/' || rest[1] == '*'), c == '#' && !first:
		return CauseComment, "JSON has no comments"
	case first && c == '<':
		return CauseHTML, "this is HTML or XML, not JSON"
	case first && formLike(rest):
		return CauseForm, "this is a form (name=value), not JSON"
	}
	return r.guessWord(i)
}

func (r *jsonReader) guessWord(i int) (JSONCause, string) {
	n := i
	for n < len(r.data) && n < i+64 && wordByte(r.data[n]) {
		n++
	}
	word := string(r.data[i:n])
	switch word {
	case "NaN", "Infinity", "undefined":
		return CauseNaN, word + " does not exist in JSON: send null or a text"
	case "True", "False", "None":
		return CausePython, word + " is Python: use json.dumps, not str"
	}
	switch {
	case (r.want == 'k' || r.want == 'm') && word != "":
		return CauseUnquotedKey, "the key " + visible([]byte(word)) + " stands without double quotes"
	case r.want == 's' && (r.data[i] == '"' || r.data[i] == '{' || r.data[i] == '[' || word != "" && r.before(i) != '0'):
		return CauseMissingComma, "a comma is missing before this"
	}
	return "", ""
}

// before is the last byte before i that is not white space; '0' for a digit.
func (r *jsonReader) before(i int) byte {
	b := bytes.TrimRight(r.data[:i], " \t\r\n")
	if len(b) == 0 {
		return 0
	}
	if c := b[len(b)-1]; c < '0' || c > '9' || len(b) < i {
		return c
	}
	return '0'
}

// formLike reports whether b begins like name=value of a form.
func formLike(b []byte) bool {
	name, _, ok := bytes.Cut(b[:min(len(b), 200)], []byte("="))
	return ok && len(name) > 0 && !bytes.ContainsAny(name, " \t\r\n\"'{}<>:,")
}
