package filter

import (
	"strings"

	"httpwhy/inspector/spelling"
)

// maxDepth bounds nesting, and with it the stack that a filter can use.
const maxDepth = 100

type kind int

const (
	end kind = iota
	word
	operator // ~m; the argument is the next token
	andSign
	orSign
	notSign
	open
	shut
)

// token is one lexical unit. Of a word, key is the part before the first colon
// outside of quotes (hasKey), and value the rest without quotes.
type token struct {
	kind       kind
	pos        int
	src        string
	key, value string
	valuePos   int
	hasKey     bool
	quoted     bool // value was, at least in part, in quotes
}

type parser struct {
	src      string
	tokens   []token
	next     int
	relative bool
}

func (p *parser) peek() token { return p.tokens[p.next] }

func (p *parser) take() token {
	t := p.tokens[p.next]
	if t.kind != end {
		p.next++
	}
	return t
}

func (p *parser) or(depth int) (node, error) {
	return p.chain(depth, orSign, p.and, func(ns []node) node { return anyOf(ns) })
}

// and reads terms joined by "and" or standing side by side.
func (p *parser) and(depth int) (node, error) {
	return p.chain(depth, andSign, p.not, func(ns []node) node { return all(ns) })
}

func (p *parser) chain(depth int, sign kind, part func(int) (node, error), join func([]node) node) (node, error) {
	n, err := part(depth)
	if err != nil {
		return nil, err
	}
	list := []node{n}
	for {
		t := p.peek()
		switch {
		case t.kind == sign:
			p.take()
		case sign == orSign || t.kind == end || t.kind == shut || t.kind == orSign:
			if len(list) == 1 {
				return n, nil
			}
			return join(list), nil
		}
		m, err := part(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
}

func (p *parser) not(depth int) (node, error) {
	t := p.take()
	if depth > maxDepth {
		return nil, &Error{t.pos, "the filter is nested too deeply"}
	}
	switch t.kind {
	case notSign:
		n, err := p.not(depth + 1)
		if err != nil {
			return nil, err
		}
		return not{n}, nil
	case open:
		n, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.take().kind != shut {
			return nil, &Error{t.pos, "this ( is not closed"}
		}
		return n, nil
	case word:
		return p.word(t)
	case operator:
		return p.operator(t)
	default:
		return nil, p.missing(t)
	}
}

// missing is the error for t, which was taken where a term should stand.
func (p *parser) missing(t token) error {
	i := p.next
	if t.kind != end {
		i--
	}
	if i == 0 {
		return &Error{t.pos, "a term is missing before " + t.src}
	}
	return &Error{t.pos, "a term is missing behind " + p.tokens[i-1].src}
}

func (p *parser) word(t token) (node, error) {
	if !t.hasKey {
		return text(t.src, newPattern(t.value, t.quoted)), nil
	}
	name := strings.ToLower(t.key)
	k := findKey(name)
	if k == nil {
		if plainText(t) {
			return text(t.src, newPattern(t.key+":"+t.value, t.quoted)), nil
		}
		return nil, unknownField(t)
	}
	if t.value == "" && !t.quoted {
		return nil, &Error{t.valuePos, k.Name + ": wants " + k.Wants}
	}
	return p.build(k, t)
}

func (p *parser) build(k *Key, t token) (node, error) {
	is, message := k.make(t.value, t.quoted)
	if message != "" {
		return nil, &Error{t.valuePos, k.Name + ": " + message}
	}
	p.relative = p.relative || k.relative
	return term{src: t.src, reads: k.reads, is: is}, nil
}

// plainText tells words that contain a colon, such as http://a.test, a.test:443
// and localhost:3000, from a term whose field is misspelt.
func plainText(t token) bool {
	if strings.HasPrefix(t.value, "//") {
		return true
	}
	for i := range len(t.key) {
		if c := t.key[i] | 0x20; c < 'a' || c > 'z' {
			return true
		}
	}
	digits := strings.TrimLeft(t.value, "0123456789")
	port := len(t.value) > len(digits) && (digits == "" || digits[0] == '/')
	return port && spelling.Nearest(strings.ToLower(t.key), keyNames()) == ""
}

func unknownField(t token) error {
	message := "unknown field " + t.key
	if near := spelling.Nearest(strings.ToLower(t.key), keyNames()); near != "" {
		message += ": did you mean " + near + "?"
	} else {
		message += `: fields are ` + strings.Join(keyNames(), " ") + `; text with a colon stands in quotes: "` + t.key + `:"`
	}
	return &Error{t.pos, message}
}
