package pager

import (
	"context"

	"httpwhy/ui/text"
)

// pos is a row: a line, and where in the line the row begins. The second number
// is the document's own: 0 for a whole line.
type pos struct {
	line int
	off  int64
}

func (p pos) before(q pos) bool {
	return p.line < q.line || p.line == q.line && p.off < q.off
}

// match is a place that was searched for.
type match struct {
	line  int   // only where the document counts offsets per line
	start int64 // first byte
}

// document is a text laid out in rows. width is that of a wrapped row, 0 for no
// wrapping: then every line is one row.
type document interface {
	// lines returns how many lines are known and whether that is all.
	lines() (n int, complete bool)
	// align returns the row that holds p, or the last row of the document.
	align(p pos, width int) pos
	next(p pos, width int) (pos, bool)
	previous(p pos, width int) (pos, bool)
	// row returns the row at p; without wrapping, cells col to col+cells of it.
	row(p pos, width, col, cells int, h highlight) text.Line
	// cells returns how many cells line n takes.
	cells(n int) int
	// fraction returns how much of the document lies above p, 0 to 1.
	fraction(p pos) float64
	// find sends the matches of a query, ascending, until found returns false.
	find(ctx context.Context, q query, found func(batch []match, done float64) bool)
	// locate returns the row of a match and its cell in an unwrapped line; ok is
	// false as long as that part of the document is not known.
	locate(m match, width int) (p pos, col int, ok bool)
	// problem returns why a part could not be read.
	problem() error
}
