package pager

import (
	"context"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/text"
)

// linesDocument is a page that was composed for the screen. Wrapped rows break
// at words and keep the indentation of their line.
type linesDocument struct {
	all []text.Line
}

func (d *linesDocument) lines() (int, bool) { return len(d.all), true }

func (d *linesDocument) problem() error { return nil }

func (d *linesDocument) fraction(p pos) float64 {
	return float64(p.line) / float64(max(len(d.all), 1))
}

// wrap returns the rows of a line.
func (d *linesDocument) wrap(l text.Line, width int) []text.Line {
	if width <= 0 {
		return []text.Line{l}
	}
	s := l.String()
	indent := 0
	for indent < len(s) && s[indent] == ' ' {
		indent++
	}
	return l.Wrap(width, min(indent, width/2))
}

func (d *linesDocument) align(p pos, width int) pos {
	if len(d.all) == 0 {
		return pos{}
	}
	if p.line >= len(d.all) {
		p = pos{len(d.all) - 1, 1 << 30}
	}
	rows := len(d.wrap(d.all[p.line], width))
	return pos{p.line, min(max(p.off, 0), int64(rows-1))}
}

func (d *linesDocument) next(p pos, width int) (pos, bool) {
	if p.line < len(d.all) && int(p.off)+1 < len(d.wrap(d.all[p.line], width)) {
		return pos{p.line, p.off + 1}, true
	}
	if p.line+1 >= len(d.all) {
		return p, false
	}
	return pos{p.line + 1, 0}, true
}

func (d *linesDocument) previous(p pos, width int) (pos, bool) {
	if p.off > 0 {
		return pos{p.line, p.off - 1}, true
	}
	if p.line == 0 {
		return p, false
	}
	return d.align(pos{p.line - 1, 1 << 30}, width), true
}

func (d *linesDocument) cells(n int) int { return d.all[n].Width() }

func (d *linesDocument) row(p pos, width, col, cells int, h highlight) text.Line {
	rows := d.wrap(d.mark(p.line, h), width)
	l := rows[min(int(p.off), len(rows)-1)]
	if width > 0 {
		return l
	}
	return l.Slice(col, col+cells)
}

// mark returns a line with its matches in their own style.
func (d *linesDocument) mark(n int, h highlight) text.Line {
	l := d.all[n]
	var out text.Line
	done := 0
	h.query.each([]byte(l.String()), nil, func(i int) bool {
		style := h.match
		if h.marked && h.current == (match{n, int64(i)}) {
			style = h.currentMatch
		}
		out = append(out, between(l, done, i)...)
		done = i + len(h.query.text)
		out = append(out, restyle(between(l, i, done), style)...)
		return true
	})
	if done == 0 {
		return l
	}
	return append(out, between(l, done, len(l.String()))...)
}

func restyle(l text.Line, style tcell.Style) text.Line {
	return l.Restyle(func(tcell.Style) tcell.Style { return style })
}

// between returns bytes from to to of a line.
func between(l text.Line, from, to int) text.Line {
	var out text.Line
	at := 0
	for _, r := range l {
		a, b := max(from-at, 0), min(to-at, len(r.Text))
		if a < b {
			out = append(out, text.Run{Text: r.Text[a:b], Style: r.Style})
		}
		at += len(r.Text)
	}
	return out
}

func (d *linesDocument) find(ctx context.Context, q query, found func([]match, float64) bool) {
	var all []match
	for n, l := range d.all {
		q.each([]byte(l.String()), nil, func(i int) bool {
			all = append(all, match{n, int64(i)})
			return true
		})
	}
	found(all, 1)
}

func (d *linesDocument) locate(m match, width int) (pos, int, bool) {
	head := between(d.all[m.line], 0, int(m.start))
	rows := d.wrap(head, width)
	return d.align(pos{m.line, int64(len(rows) - 1)}, width), head.Width(), true
}
