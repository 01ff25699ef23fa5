package pager

import "strconv"

// gutter returns the cells of the line numbers, the space behind them included.
func (p *Pager) gutter() int {
	if !p.numbers {
		return 0
	}
	n, _ := p.doc.lines()
	return max(len(strconv.Itoa(n)), 4) + 2
}

// content returns the size of the area for text.
func (p *Pager) content() (w, h int) {
	_, _, w, h = p.GetInnerRect()
	return max(w-p.gutter(), 0), max(h, 0)
}

// rowWidth is the width to wrap at; 0: not.
func (p *Pager) rowWidth() int {
	w, _ := p.content()
	if !p.wrap {
		return 0
	}
	return max(w, 1)
}

// scrollTo brings the row that holds q to the top, or as near as the end of the
// text allows.
func (p *Pager) scrollTo(q pos) {
	p.top = p.doc.align(q, p.rowWidth())
	if bottom := p.lastTop(); bottom.before(p.top) {
		p.top = bottom
	}
}

// lastTop returns the top at which the last row is in the last line.
func (p *Pager) lastTop() pos {
	n, _ := p.doc.lines()
	q := p.doc.align(pos{line: n}, p.rowWidth())
	_, h := p.content()
	for range h - 1 {
		above, ok := p.doc.previous(q, p.rowWidth())
		if !ok {
			break
		}
		q = above
	}
	return q
}

// scroll moves the window by n rows.
func (p *Pager) scroll(n int) {
	q, ok := p.doc.align(p.top, p.rowWidth()), true
	for ; n > 0 && ok; n-- {
		q, ok = p.doc.next(q, p.rowWidth())
	}
	for ; n < 0 && ok; n++ {
		q, ok = p.doc.previous(q, p.rowWidth())
	}
	p.scrollTo(q)
}

func (p *Pager) scrollColumns(n int) {
	w, _ := p.content()
	if !p.wrap {
		p.col = max(min(p.col+n, p.widest-w), 0)
	}
}

// GoTo brings line n, counted from 1, to the top.
func (p *Pager) GoTo(n int) {
	lines, _ := p.doc.lines()
	n = min(max(n, 1), max(lines, 1))
	q := pos{line: n - 1}
	p.scrollTo(q)
}

// TopLine returns the number of the first line in sight, counted from 1; 0 when
// there is no text.
func (p *Pager) TopLine() int {
	if n, _ := p.doc.lines(); n == 0 {
		return 0
	}
	return p.top.line + 1
}

// GoToEnd brings the last row into sight.
func (p *Pager) GoToEnd() { p.top = p.lastTop() }

// AtEnd reports whether the last row was in sight in the last Draw.
func (p *Pager) AtEnd() bool { return p.atEnd }
