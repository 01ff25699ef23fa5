package ui

import (
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

// listRows shows the list model in the list primitive.
type listRows struct{ s *screen }

func (r *listRows) Len() int              { return len(r.s.model.visible) }
func (r *listRows) ID(i int) uint64       { return uint64(r.s.model.visible[i]) }
func (r *listRows) IndexOf(id uint64) int { return r.s.model.index(exchange.ID(id)) }

// Newest is the last exchange of the capture, listed or not.
func (r *listRows) Newest() uint64 { return uint64(r.s.model.store.Last()) }

func (r *listRows) Row(i, width int) (gutter text.Run, content text.Line) {
	m := r.s.model
	row := m.store.Get(m.visible[i])
	if row == nil {
		return text.Run{Text: " "}, nil
	}
	x := rowContext{host: m.shortNames[row.Host()], marked: m.marks[row.ID]}
	above, below := r.at(i-1), r.at(i+1)
	var start, previous time.Time
	if above != nil {
		start, previous = m.store.Get(m.visible[0]).Start, above.Start
	} else {
		start = row.Start
	}
	x.clock = timeText(r.s.times, row.Start, start, previous)
	if m.chronological() {
		x.bracket = bracket(r.s.hops.leadsTo(above, row), r.s.hops.leadsTo(row, below), r.s.look.signs)
	}
	return r.s.columns(width).row(row, x, r.s.look)
}

// at is the listed row i, nil if there is none.
func (r *listRows) at(i int) *exchange.Row {
	if i < 0 || i >= r.Len() {
		return nil
	}
	return r.s.model.store.Get(r.s.model.visible[i])
}

// bracket joins a row to those above and below it.
func bracket(above, below bool, signs *terminal.Glyphs) string {
	switch {
	case above && below:
		return signs.Vertical
	case below:
		return signs.TopLeft
	case above:
		return signs.BottomLeft
	default:
		return ""
	}
}

// columns lays the list out for a width without the gutter.
func (s *screen) columns(width int) columns {
	host := 0
	if len(s.model.hosts) > 1 {
		for _, name := range s.model.shortNames {
			host = max(host, text.Width(text.Visible(name)))
		}
	}
	const signs = 2 // a bracket and a mark before the path
	return layoutColumns(width+gutter, s.width, host, s.model.store.LongestPath()+signs)
}
