package ui

import (
	"strings"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/text"
)

// menu waits for one letter. It lists what each does.
type menu struct {
	title, footer string
	items         []menuItem
	other         func(key string) bool // keys beside the items; nil for none
}

type menuItem struct {
	key, label string
	run        func()
}

// menuKey runs the item of a key and closes the menu.
func (s *screen) menuKey(key string) {
	m := s.menu
	for _, item := range m.items {
		if item.key == key {
			s.menu = nil
			item.run()
			return
		}
	}
	if m.other != nil && m.other(key) {
		return
	}
	s.say("not in this menu: " + key + "  (Esc closes it)")
}

// draw draws the menu above the last row.
func (m *menu) draw(screen tcell.Screen, l look, width, bottom int) {
	g := l.signs
	inner := text.Width(m.title) + 4
	for _, item := range m.items {
		inner = max(inner, text.Width(item.key+"  "+item.label)+2)
	}
	inner = min(max(inner, text.Width(m.footer)+4), width-4)
	x, y := 2, max(1, bottom-len(m.items)-2)
	edge := func(left, title, right string) text.Line {
		fill := max(0, inner-text.Width(title)-1)
		return text.Line{
			styled(left+g.Horizontal, l.Dim), styled(title, l.Heading),
			styled(strings.Repeat(g.Horizontal, fill)+right, l.Dim),
		}
	}
	edge(g.TopLeft, " "+m.title+" ", g.TopRight).Draw(screen, x, y, width)
	for i, item := range m.items {
		if y+1+i >= bottom-1 {
			break
		}
		line := text.Line{
			styled(g.Vertical, l.Dim), styled(" "+item.key, l.Heading),
			styled(text.PadRight("  "+item.label, inner-1-text.Width(item.key), g.Ellipsis), l.Text), styled(g.Vertical, l.Dim),
		}
		line.Draw(screen, x, y+1+i, width)
	}
	edge(g.BottomLeft, m.footerText(), g.BottomRight).Draw(screen, x, bottom-1, width)
}

func (m *menu) footerText() string {
	if m.footer == "" {
		return ""
	}
	return " " + m.footer + " "
}
