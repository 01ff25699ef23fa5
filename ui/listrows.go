package ui

import (
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// listRows shows the list model in the list primitive.
type listRows struct{ s *screen }

func (r *listRows) Len() int              { return len(r.s.model.visible) }
func (r *listRows) ID(i int) uint64       { return uint64(r.s.model.visible[i]) }
func (r *listRows) IndexOf(id uint64) int { return r.s.model.index(exchange.ID(id)) }

func (r *listRows) Row(i, width int) (gutter text.Run, content text.Line) {
	m := r.s.model
	row := m.store.Get(m.visible[i])
	if row == nil {
		return text.Run{Text: " "}, nil
	}
	x := rowContext{host: m.shortNames[row.Host()], marked: m.marks[row.ID]}
	var start, previous time.Time
	if i > 0 {
		start = m.store.Get(m.visible[0]).Start
		previous = m.store.Get(m.visible[i-1]).Start
	} else {
		start = row.Start
	}
	x.clock = timeText(r.s.times, row.Start, start, previous)
	return r.s.columns(width).row(row, x, r.s.look)
}

// columns lays the list out for a width without the gutter.
func (s *screen) columns(width int) columns {
	host := 0
	if len(s.model.hosts) > 1 {
		for _, name := range s.model.shortNames {
			host = max(host, text.Width(text.Visible(name)))
		}
	}
	return layoutColumns(width+gutter, s.width, host)
}
