package ui

import (
	"strings"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
)

// MouseHandler passes clicks and the wheel to what they point at. Nothing needs
// the mouse.
func (s *screen) MouseHandler() func(tview.MouseAction, *tcell.EventMouse, func(tview.Primitive)) (bool, tview.Primitive) {
	return func(action tview.MouseAction, e *tcell.EventMouse, _ func(tview.Primitive)) (bool, tview.Primitive) {
		if s.input != nil || s.menu != nil {
			return false, nil
		}
		x, y := e.Position()
		// Two clicks in quick succession count as a double click wherever they are.
		click := action == tview.MouseLeftClick || action == tview.MouseLeftDoubleClick
		if click && s.clicked(x, y) {
			return true, nil
		}
		// The focus stays with the screen, whatever is clicked.
		keep := func(tview.Primitive) {}
		for _, p := range s.underMouse() {
			px, py, w, h := p.GetRect()
			if x < px || y < py || x >= px+w || y >= py+h {
				continue
			}
			if consumed, _ := p.MouseHandler()(action, e, keep); consumed {
				return true, nil
			}
		}
		return false, nil
	}
}

// underMouse are the primitives on the screen.
func (s *screen) underMouse() []tview.Primitive {
	switch {
	case s.help.shown:
		return []tview.Primitive{s.help.pager}
	case s.open:
		return []tview.Primitive{s.exchange.text()}
	case s.view.name == viewProblems:
		return []tview.Primitive{s.problems.list}
	case s.view.name == viewCodes:
		return []tview.Primitive{s.codes.list, s.codes.text}
	case s.view.name == viewSetup:
		return []tview.Primitive{s.setup.list, s.setup.text}
	case s.width >= wideWidth && !s.noPane:
		return []tview.Primitive{s.list, s.exchange.text()}
	default:
		return []tview.Primitive{s.list}
	}
}

// clicked acts on a click on a view's name in row 1 or on a tab.
func (s *screen) clicked(x, y int) bool {
	label := s.labelAt(x, y)
	if y == 0 {
		for _, v := range []struct {
			label string
			name  viewName
		}{{"1 List", viewList}, {"2 Problems", viewProblems}, {"5 Codes", viewCodes}, {"6 Setup", viewSetup}} {
			if strings.HasPrefix(label, v.label) {
				s.goTo(v.name)
				return true
			}
		}
		return false
	}
	if !s.open {
		return false
	}
	for _, t := range s.exchange.tabs() {
		if label == string(t) && y <= 5 {
			s.exchange.tab = t
			return true
		}
	}
	return false
}

// labelAt is the text around a cell, up to two spaces or a bracket on each side.
func (s *screen) labelAt(x, y int) string {
	var row []rune
	for c := range s.width {
		cell, _, _ := s.terminal.Get(c, y)
		r := ' '
		for _, first := range cell {
			r = first
			break
		}
		row = append(row, r)
	}
	if x >= len(row) {
		return ""
	}
	edge := func(i int) bool {
		return row[i] == '[' || row[i] == ']' || row[i] == ' ' && (i+1 >= len(row) || row[i+1] == ' ' || row[i+1] == '[')
	}
	from, to := x, x
	for from > 0 && !edge(from-1) {
		from--
	}
	for to < len(row) && !edge(to) {
		to++
	}
	return strings.TrimSpace(string(row[from:to]))
}
