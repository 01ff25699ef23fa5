package filter

import (
	"time"

	"httpwhy/inspector/exchange"
)

// Fields are parts of a row. Who keeps many rows keeps most of these parts once
// for all rows that share them, and need ask a term only once for each value.
type Fields uint8

// The parts of a row.
const (
	URL Fields = 1 << iota
	Status
	// Outcome: State, Mode, Synthetic, the failure and the findings.
	Outcome
	// Message: Method, Proto and MIME.
	Message
	Client
	// Numbers: ID, Start, Duration and the sizes of the bodies.
	Numbers
)

// Term is a condition without parts.
type Term struct {
	// Reads are the fields that decide it.
	Reads Fields
	// Match asks it of a row, of which only those fields need be set.
	Match func(*exchange.Row) bool
}

// Combine builds something from the terms of a filter that is not empty, from
// the inside out. The time from which ages count is that of the call.
func Combine[T any](f *Filter, term func(Term) T, all, anyOf func([]T) T, not func(T) T) T {
	now := f.now
	if now.IsZero() {
		now = time.Now()
	}
	c := combiner[T]{term, all, anyOf, not, now}
	return c.node(f.root)
}

type combiner[T any] struct {
	term       func(Term) T
	all, anyOf func([]T) T
	not        func(T) T
	now        time.Time
}

func (c *combiner[T]) node(n node) T {
	switch n := n.(type) {
	case all:
		return c.all(c.nodes(n))
	case anyOf:
		return c.anyOf(c.nodes(n))
	case not:
		return c.not(c.node(n.of))
	default:
		return c.leaf(n.(term))
	}
}

func (c *combiner[T]) nodes(ns []node) []T {
	list := make([]T, len(ns))
	for i, n := range ns {
		list[i] = c.node(n)
	}
	return list
}

// leaf takes a word apart, which is searched in several fields.
func (c *combiner[T]) leaf(t term) T {
	if len(t.either) == 0 {
		return c.part(part{t.reads, t.is})
	}
	list := make([]T, len(t.either))
	for i, p := range t.either {
		list[i] = c.part(p)
	}
	return c.anyOf(list)
}

func (c *combiner[T]) part(p part) T {
	now := c.now
	return c.term(Term{Reads: p.reads, Match: func(r *exchange.Row) bool { return p.is(r, now) }})
}
