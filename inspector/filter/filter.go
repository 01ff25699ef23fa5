// Package filter is the one language in which exchanges are chosen: in the
// inspector's list and in every command that takes a FILTER.
//
//	status:4xx host:api -path:/health    terms, all of which must hold
//	is:problem or dur:>2s                and, or, not, & | ! and parentheses
//	checkout "card declined"             words, searched in URL, status and reason
//	~m POST & ~u /orders                 mitmproxy's operators
//
// A filter reads the rows of a list, not headers and bodies, so that it passes
// a million exchanges in a fraction of a second. Letters are compared without
// regard to case in ASCII.
package filter

import (
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// Filter is a condition on exchanges. It is not changed once made: any number
// of goroutines may use it.
type Filter struct {
	root     node // nil matches everything
	relative bool // contains an age
	now      time.Time
}

// Error is a mistake in a filter.
type Error struct {
	// Pos is the byte offset in the filter at which the mistake begins.
	Pos int
	// Message is one line, e.g. "status: wants 404, 4xx or 400-499".
	Message string
}

func (e *Error) Error() string { return e.Message }

// Parse reads a filter. Errors are of type *Error. An empty filter matches
// every exchange.
func Parse(s string) (*Filter, error) {
	p := parser{src: s}
	if err := p.scan(); err != nil {
		return nil, err
	}
	if p.peek().kind == end {
		return &Filter{}, nil
	}
	root, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != end {
		return nil, &Error{t.pos, "this ) closes nothing"}
	}
	return &Filter{root: root, relative: p.relative}, nil
}

// At returns the filter with ages counted back from now. Without it they count
// from the time of each Match.
func (f *Filter) At(now time.Time) *Filter {
	at := *f
	at.now = now
	return &at
}

// Match reports whether the row fulfils the filter. It does not allocate, save
// for what a regular expression may need.
func (f *Filter) Match(r *exchange.Row) bool {
	if f.root == nil {
		return true
	}
	now := f.now
	if f.relative && now.IsZero() {
		now = time.Now()
	}
	return f.root.match(r, now)
}

// Empty reports whether the filter matches every exchange because it says
// nothing.
func (f *Filter) Empty() bool { return f.root == nil }

// String is the filter as it was understood, with all parentheses. It parses
// to a filter that matches the same.
func (f *Filter) String() string {
	if f.root == nil {
		return ""
	}
	var b strings.Builder
	f.root.print(&b)
	return b.String()
}

// node is a part of a condition.
type node interface {
	match(r *exchange.Row, now time.Time) bool
	print(b *strings.Builder)
}

type all []node

func (n all) match(r *exchange.Row, now time.Time) bool {
	for _, m := range n {
		if !m.match(r, now) {
			return false
		}
	}
	return true
}

func (n all) print(b *strings.Builder) { printList(b, n, " ") }

type anyOf []node

func (n anyOf) match(r *exchange.Row, now time.Time) bool {
	for _, m := range n {
		if m.match(r, now) {
			return true
		}
	}
	return false
}

func (n anyOf) print(b *strings.Builder) { printList(b, n, " or ") }

func printList(b *strings.Builder, members []node, separator string) {
	b.WriteByte('(')
	for i, m := range members {
		if i > 0 {
			b.WriteString(separator)
		}
		m.print(b)
	}
	b.WriteByte(')')
}

type not struct{ of node }

func (n not) match(r *exchange.Row, now time.Time) bool { return !n.of.match(r, now) }

func (n not) print(b *strings.Builder) {
	b.WriteString("not ")
	n.of.print(b)
}

// test is what one term asks of a row.
type test func(r *exchange.Row, now time.Time) bool

// term is a condition without parts; src is its text. A word, which is searched
// in several fields, has the alternatives either in place of reads and is.
type term struct {
	src    string
	reads  Fields
	is     test
	either []part
}

// part is a test with the fields that decide it.
type part struct {
	reads Fields
	is    test
}

func (t term) match(r *exchange.Row, now time.Time) bool {
	for i := range t.either {
		if t.either[i].is(r, now) {
			return true
		}
	}
	return t.is != nil && t.is(r, now)
}

func (t term) print(b *strings.Builder) { b.WriteString(t.src) }
