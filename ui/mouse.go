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
	if !s.noHints && y == s.height-1 {
		return s.clickHint(label)
	}
	if s.context() == inList && y == s.listTop() && s.clickHeader(s.wordAt(x, y)) {
		return true
	}
	inPane := s.view.name == viewList && !s.noPane && s.width >= wideWidth && x > s.listWidth()
	if !s.open && !inPane {
		return false
	}
	const lastTabRow = 5
	for _, t := range s.exchange.tabs() {
		if label == string(t) && y <= lastTabRow {
			s.exchange.tab = t
			return true
		}
	}
	return false
}

// clickHint runs the action of a hint.
func (s *screen) clickHint(label string) bool {
	for _, b := range hinted(s.context()) {
		if label == b.Keys[0]+" "+b.Hint {
			// Actions may ask which key it was; none of those in hints does but "back".
			s.event = tcell.NewEventKey(tcell.KeyRune, 'q', tcell.ModNone)
			s.actions[b.Action]()
			return true
		}
	}
	if label == "? keys" {
		s.toggleHelp()
		return true
	}
	return false
}

// clickHeader orders the list by a column, and reverses the order of one that
// it is ordered by already.
func (s *screen) clickHeader(label string) bool {
	order, known := map[string]orderBy{"Time": "time", "Code": "code", "Host": "host", "Size": "size", "ms": "ms"}[label]
	if !known {
		return false
	}
	state := s.model.state
	state.reverse = state.order == order && !state.reverse
	state.order = order
	s.model.change(state)
	s.list.Sync()
	return true
}

// labelAt is the text around a cell, up to two spaces or a bracket on each side.
func (s *screen) labelAt(x, y int) string {
	return s.around(x, y, func(r, next rune) bool {
		return r == '[' || r == ']' || r == ' ' && (next == ' ' || next == '[')
	})
}

// wordAt is the text around a cell up to a space on each side.
func (s *screen) wordAt(x, y int) string {
	return s.around(x, y, func(r, _ rune) bool { return r == ' ' })
}

// around is the text around a cell up to where edge says on each side, which
// sees a character and the one behind it.
func (s *screen) around(x, y int, edge func(r, next rune) bool) string {
	row := make([]rune, s.width+1)
	for c := range row {
		row[c] = ' '
		if c == s.width {
			break
		}
		cell, _, _ := s.terminal.Get(c, y)
		for _, first := range cell {
			row[c] = first
			break
		}
	}
	if x >= s.width {
		return ""
	}
	from, to := x, x
	for from > 0 && !edge(row[from-1], row[from]) {
		from--
	}
	for to < s.width && !edge(row[to], row[to+1]) {
		to++
	}
	return strings.TrimSpace(string(row[from:to]))
}
