package content

import "strings"

// Class is what a token is, for its colour.
type Class string

// The classes of tokens. What no token covers is plain text.
const (
	ClassKey         Class = "key" // JSON key, field name, form name, attribute
	ClassString      Class = "string"
	ClassNumber      Class = "number"
	ClassLiteral     Class = "literal" // true, false, null
	ClassPunctuation Class = "punctuation"
	ClassTag         Class = "tag"
	ClassComment     Class = "comment"
	ClassMethod      Class = "method"
	ClassStatus      Class = "status"
	ClassEscape      Class = "escape" // of a form: percent-encoded bytes and +
)

// Token is a part of a line, in byte offsets.
type Token struct {
	Start, End int
	Class      Class
}

// State is what a line leaves open for the next: a string, tag or comment. Its
// zero value is right for the first line, and a good guess for any other.
type State uint8

const (
	stateString State = iota + 1 // within a JSON string, which was wrapped
	stateTag
	stateComment
)

// Tokens cuts one line, or the next piece of a long line, for highlighting. It
// knows JSON, NDJSON, XML, HTML, Form and HTTPHead; of other kinds it returns
// nothing.
func Tokens(kind Kind, line string, state State) ([]Token, State) {
	l := lexer{line: line}
	switch kind {
	case JSON, NDJSON:
		return l.json(state)
	case XML, HTML:
		return l.markup(state)
	case Form:
		l.form()
	case HTTPHead:
		l.head()
	}
	return l.tokens, 0
}

type lexer struct {
	line   string
	tokens []Token
}

func (l *lexer) add(start, end int, c Class) {
	if end > start {
		l.tokens = append(l.tokens, Token{start, end, c})
	}
}

func (l *lexer) json(state State) ([]Token, State) {
	i := 0
	if state == stateString {
		end, closed := stringEnd(l.line, 0)
		l.add(0, end, ClassString)
		if !closed {
			return l.tokens, stateString
		}
		i = end
	}
	for i < len(l.line) {
		start := i
		switch c := l.line[i]; {
		case c == '"':
			end, closed := stringEnd(l.line, i+1)
			class := ClassString
			if strings.HasPrefix(strings.TrimLeft(l.line[end:], " \t"), ":") {
				class = ClassKey
			}
			l.add(start, end, class)
			if !closed {
				return l.tokens, stateString
			}
			i = end
		case strings.IndexByte("{}[]:,", c) >= 0:
			i++
			l.add(start, i, ClassPunctuation)
		case wordByte(c) || c == '-':
			for i < len(l.line) && (wordByte(l.line[i]) || strings.IndexByte("+-.", l.line[i]) >= 0) {
				i++
			}
			switch w := l.line[start:i]; {
			case w == "true" || w == "false" || w == "null":
				l.add(start, i, ClassLiteral)
			case c == '-' || '0' <= c && c <= '9':
				l.add(start, i, ClassNumber)
			}
		default:
			i++
		}
	}
	return l.tokens, 0
}

// stringEnd is where the JSON string ends whose content begins at i.
func stringEnd(s string, i int) (end int, closed bool) {
	for ; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1, true
		}
	}
	return len(s), false
}

func (l *lexer) form() {
	at := 0
	for pair := range strings.SplitSeq(l.line, "&") {
		if at > 0 {
			l.add(at-1, at, ClassPunctuation)
		}
		name, value, ok := strings.Cut(pair, "=")
		l.add(at, at+len(name), ClassKey)
		if ok {
			l.add(at+len(name), at+len(name)+1, ClassPunctuation)
			l.formValue(at+len(name)+1, value)
		}
		at += len(pair) + 1
	}
}

func (l *lexer) formValue(at int, value string) {
	start := 0
	for i := 0; i < len(value); i++ {
		n := 0
		switch {
		case value[i] == '+':
			n = 1
		case value[i] == '%' && i+2 < len(value) && hexDigit(value[i+1]) >= 0 && hexDigit(value[i+2]) >= 0:
			n = 3
		default:
			continue
		}
		l.add(at+start, at+i, ClassString)
		l.add(at+i, at+i+n, ClassEscape)
		i += n - 1
		start = i + 1
	}
	l.add(at+start, at+len(value), ClassString)
}

// head reads a line of a message head: request line, status line or field.
func (l *lexer) head() {
	line := l.line
	if strings.HasPrefix(line, "HTTP/") {
		if i := strings.IndexByte(line, ' '); i >= 0 {
			l.add(i+1, min(i+4, len(line)), ClassStatus)
		}
		return
	}
	space, colon := strings.IndexByte(line, ' '), strings.IndexByte(line, ':')
	switch {
	case colon > 0 && (space < 0 || colon < space):
		l.add(0, colon, ClassKey)
		l.add(colon, colon+1, ClassPunctuation)
	case space > 0 && strings.ToUpper(line[:space]) == line[:space] && strings.Count(line, " ") >= 1:
		l.add(0, space, ClassMethod)
	}
}

func (l *lexer) markup(state State) ([]Token, State) {
	i := 0
	for i < len(l.line) {
		rest := l.line[i:]
		switch {
		case state == stateComment || state == 0 && strings.HasPrefix(rest, "<!--"):
			n := strings.Index(rest, "-->")
			if n < 0 {
				l.add(i, len(l.line), ClassComment)
				return l.tokens, stateComment
			}
			l.add(i, i+n+3, ClassComment)
			i, state = i+n+3, 0
		case state == stateTag:
			i, state = l.attributes(i)
		case rest[0] == '<':
			n := 1
			for n < len(rest) && strings.IndexByte(" \t/>", rest[n]) < 0 || n == 1 && strings.HasPrefix(rest, "</") {
				n++
			}
			l.add(i, i+n, ClassTag)
			i, state = i+n, stateTag
		default:
			n := strings.IndexByte(rest, '<')
			if n < 0 {
				return l.tokens, 0
			}
			i += n
		}
	}
	return l.tokens, state
}

// attributes reads up to the end of a tag.
func (l *lexer) attributes(i int) (int, State) {
	for i < len(l.line) {
		start := i
		switch c := l.line[i]; {
		case c == '>':
			l.add(i, i+1, ClassTag)
			return i + 1, 0
		case c == '"' || c == '\'':
			n := strings.IndexByte(l.line[i+1:], c)
			if n < 0 {
				n = len(l.line) - i - 2
			}
			i += n + 2
			l.add(start, i, ClassString)
		case strings.IndexByte(" \t=/?", c) >= 0:
			i++
		default:
			for i < len(l.line) && strings.IndexByte(" \t=/>\"'", l.line[i]) < 0 {
				i++
			}
			l.add(start, i, ClassKey)
		}
	}
	return i, stateTag
}
