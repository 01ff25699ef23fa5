package list

import (
	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/text"
)

// Draw draws the header and the rows in sight.
func (l *List) Draw(screen tcell.Screen) {
	l.DrawForSubclass(screen, l)
	l.Sync()
	x, y, w, h := l.GetInnerRect()
	if w <= 0 || h <= 0 {
		return
	}
	content := max(w-margin, 0)
	l.widest = 0
	if l.header != nil {
		l.header(content).Restyle(l.heading).DrawFrom(screen, x+margin, y, content, l.col)
		y++
	}
	for r := range l.rows() {
		i := l.offset + r
		if i >= l.model.Len() {
			return
		}
		l.drawRow(screen, i, x, y+r, w)
	}
}

func (l *List) heading(s tcell.Style) tcell.Style {
	if s == tcell.StyleDefault {
		return l.theme.Heading
	}
	return s
}

func (l *List) drawRow(screen tcell.Screen, i, x, y, w int) {
	content := max(w-margin, 0)
	gutter, line := l.model.Row(i, content)
	l.widest = max(l.widest, line.Width())
	marker := text.Run{Text: " "}
	if l.model.ID(i) == l.selected {
		marker.Text = l.glyphs.Selected
		marker.Style = l.theme.Selected(l.theme.Text)
		gutter.Style = l.theme.Selected(gutter.Style)
		line = line.Restyle(l.theme.Selected)
		text.Fill(screen, x, y, w, marker.Style)
	}
	text.Line{marker}.Draw(screen, x, y, min(w, 1))
	if w > 1 {
		text.Line{gutter}.Draw(screen, x+1, y, 1)
	}
	line.DrawFrom(screen, x+margin, y, content, l.col)
}
