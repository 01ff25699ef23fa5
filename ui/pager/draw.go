package pager

import (
	"strconv"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/text"
)

// Draw draws the rows in sight.
func (p *Pager) Draw(screen tcell.Screen) {
	p.DrawForSubclass(screen, p)
	x, y, _, _ := p.GetInnerRect()
	w, h := p.content()
	n, _ := p.doc.lines()
	p.last, p.atEnd = pos{}, true
	if w <= 0 || h <= 0 || n == 0 {
		return
	}
	p.scrollTo(p.top) // the size or the text may be another one
	p.settle()
	mark := p.highlight()
	p.widest = 0
	at, previous := p.top, -1
	for r := range h {
		if p.numbers && at.line != previous {
			p.drawNumber(screen, x, y+r, at.line+1)
		}
		previous = at.line
		p.doc.row(at, p.rowWidth(), p.col, w, mark).Draw(screen, x+p.gutter(), y+r, w)
		if !p.wrap {
			p.widest = max(p.widest, p.doc.cells(at.line))
		}
		p.last = at
		next, ok := p.doc.next(at, p.rowWidth())
		if !ok {
			return
		}
		at = next
	}
	p.atEnd = false
}

func (p *Pager) drawNumber(screen tcell.Screen, x, y, n int) {
	s := text.PadLeft(strconv.Itoa(n), p.gutter()-1, "")
	text.Styled(s, p.theme.Dim).Draw(screen, x, y, p.gutter())
}

func (p *Pager) highlight() highlight {
	h := highlight{
		query: p.search.query, tokens: p.styler,
		match: p.theme.Match, currentMatch: p.theme.Match.Bold(true), escape: p.theme.Escape,
	}
	if p.search.current >= 0 && p.search.found != nil {
		h.current, h.marked = p.search.found.at(p.search.current), true
	}
	return h
}
