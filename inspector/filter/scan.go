package filter

import "strings"

// scan cuts the source into tokens, the last of which is end.
func (p *parser) scan() error {
	for i := 0; i < len(p.src); {
		t := token{pos: i}
		switch c := p.src[i]; c {
		case ' ', '\t', '\n', '\r':
			i++
			continue
		case '(':
			t.kind = open
		case ')':
			t.kind = shut
		case '&':
			t.kind = andSign
		case '|':
			t.kind = orSign
		case '!', '-':
			t.kind = notSign
		case '~':
			t.kind = operator
		default:
			t.kind = word
		}
		var err error
		switch t.kind {
		case word:
			err = p.scanWord(&t, i)
		case operator:
			t.src = p.src[i : i+1+letters(p.src[i+1:])]
		default:
			t.src = p.src[i : i+1]
			if len(p.src) > i+1 && p.src[i+1] == p.src[i] && (t.kind == andSign || t.kind == orSign) {
				t.src = p.src[i : i+2] // && and ||
			}
		}
		if err != nil {
			return err
		}
		p.tokens = append(p.tokens, t)
		i += len(t.src)
		if t.kind == operator && takesArgument(t.src) {
			if i, err = p.scanArgument(i); err != nil {
				return err
			}
		}
	}
	p.tokens = append(p.tokens, token{kind: end, pos: len(p.src)})
	return nil
}

// scanWord reads a word that begins at byte i, with its quoted parts.
func (p *parser) scanWord(t *token, i int) error {
	var value strings.Builder
	start := i
	t.valuePos = i
	for i < len(p.src) && !ends(p.src[i]) {
		switch c := p.src[i]; {
		case (c == '"' || c == '\'') && i == t.valuePos:
			n, err := unquote(&value, p.src, i)
			if err != nil {
				return err
			}
			t.quoted = true
			i += n
			continue
		case c == ':' && !t.hasKey && !t.quoted:
			t.hasKey, t.key, t.valuePos = true, p.src[start:i], i+1
			value.Reset()
		default:
			value.WriteByte(c)
		}
		i++
	}
	t.src, t.value = p.src[start:i], value.String()
	t.keyword()
	return nil
}

// scanArgument reads the argument of an operator: anything up to white space,
// or a quoted string.
func (p *parser) scanArgument(i int) (int, error) {
	for i < len(p.src) && strings.IndexByte(" \t\r\n", p.src[i]) >= 0 {
		i++
	}
	if i == len(p.src) || p.src[i] == '(' || p.src[i] == ')' {
		return i, nil
	}
	t := token{kind: word, pos: i, valuePos: i}
	var value strings.Builder
	start := i
	for i < len(p.src) && !ends(p.src[i]) {
		if c := p.src[i]; (c == '"' || c == '\'') && i == start {
			n, err := unquote(&value, p.src, i)
			if err != nil {
				return i, err
			}
			t.quoted = true
			i += n
			continue
		}
		value.WriteByte(p.src[i])
		i++
	}
	t.src, t.value = p.src[start:i], value.String()
	if t.src != "" {
		p.tokens = append(p.tokens, t)
	}
	return i, nil
}

// keyword turns the words and, or and not into signs.
func (t *token) keyword() {
	if t.quoted || t.hasKey {
		return
	}
	switch strings.ToLower(t.value) {
	case "and":
		t.kind = andSign
	case "or":
		t.kind = orSign
	case "not":
		t.kind = notSign
	}
}

// ends reports whether c ends an unquoted word. An & does not: it is common in
// queries.
func ends(c byte) bool { return strings.IndexByte(" \t\r\n()|", c) >= 0 }

func letters(s string) int {
	n := 0
	for n < len(s) && 'a' <= s[n]|0x20 && s[n]|0x20 <= 'z' {
		n++
	}
	return n
}

// unquote appends the quoted string at s[i:] and returns its length in the
// source. A backslash stands before a quote or a backslash.
func unquote(to *strings.Builder, s string, i int) (int, error) {
	quote := s[i]
	for j := i + 1; j < len(s); j++ {
		switch c := s[j]; {
		case c == quote:
			return j + 1 - i, nil
		case c == '\\' && j+1 < len(s) && (s[j+1] == quote || s[j+1] == '\\'):
			j++
			to.WriteByte(s[j])
		default:
			to.WriteByte(c)
		}
	}
	return 0, &Error{i, "this quote is not closed"}
}

// Quote writes value so that it stands for itself behind a colon or as a word:
// "host:" + Quote(v) is a term for any v.
func Quote(value string) string {
	plain := value != "" && !strings.ContainsAny(value, " \t\r\n()|\"'\\:*~!&,=<>") && value[0] != '-'
	switch strings.ToLower(value) {
	case "and", "or", "not":
		plain = false
	}
	if plain {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
