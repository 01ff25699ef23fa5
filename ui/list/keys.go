package list

import (
	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
)

const (
	wheelRows  = 3
	columnStep = 8
)

// InputHandler passes keys to HandleKey.
func (l *List) InputHandler() func(*tcell.EventKey, func(tview.Primitive)) {
	return l.WrapInputHandler(func(ev *tcell.EventKey, _ func(tview.Primitive)) { l.HandleKey(ev) })
}

// HandleKey does what a key means in a list and reports whether it means
// anything.
func (l *List) HandleKey(ev *tcell.EventKey) bool {
	if ev.Modifiers()&tcell.ModAlt != 0 {
		return false
	}
	l.Sync()
	page := max(l.rows()-1, 1)
	switch ev.Key() {
	case tcell.KeyRune:
		return l.handleRune(ev.Rune(), page)
	case tcell.KeyDown:
		l.Move(1)
	case tcell.KeyUp:
		l.Move(-1)
	case tcell.KeyPgDn, tcell.KeyCtrlF:
		l.Move(page)
	case tcell.KeyPgUp, tcell.KeyCtrlB:
		l.Move(-page)
	case tcell.KeyCtrlD:
		l.Move(max(page/2, 1))
	case tcell.KeyCtrlU:
		l.Move(-max(page/2, 1))
	case tcell.KeyHome:
		l.SelectIndex(0)
	case tcell.KeyEnd:
		l.SetFollow(true)
	case tcell.KeyRight:
		l.scroll(columnStep)
	case tcell.KeyLeft:
		l.scroll(-columnStep)
	case tcell.KeyEnter:
		l.openSelected()
	default:
		return false
	}
	return true
}

func (l *List) handleRune(r rune, page int) bool {
	switch r {
	case 'j':
		l.Move(1)
	case 'k':
		l.Move(-1)
	case ' ':
		l.Move(page)
	case 'g':
		l.SelectIndex(0)
	case 'G':
		l.SetFollow(true)
	case 'F':
		l.SetFollow(!l.follow)
	case 'h':
		l.scroll(-columnStep)
	case 'l':
		l.openSelected()
	default:
		return false
	}
	return true
}

// Move moves the selection by n rows, upwards where n is negative.
func (l *List) Move(n int) {
	if l.selected != 0 {
		l.SelectIndex(l.index + n)
	}
}

func (l *List) scroll(n int) {
	_, _, w, _ := l.GetInnerRect()
	l.col = max(min(l.col+n, l.widest-(w-margin)), 0)
}

func (l *List) openSelected() {
	if l.open != nil && l.selected != 0 {
		l.open(l.selected)
	}
}

// MouseHandler selects on a click, opens on a double click and moves the
// selection with the wheel.
func (l *List) MouseHandler() func(tview.MouseAction, *tcell.EventMouse, func(tview.Primitive)) (bool, tview.Primitive) {
	return l.WrapMouseHandler(func(action tview.MouseAction, ev *tcell.EventMouse, setFocus func(tview.Primitive)) (bool, tview.Primitive) {
		x, y := ev.Position()
		if !l.InInnerRect(x, y) {
			return false, nil
		}
		switch action {
		case tview.MouseLeftDown:
			setFocus(l)
		case tview.MouseLeftClick:
			l.click(y)
		case tview.MouseLeftDoubleClick:
			if l.click(y) {
				l.openSelected()
			}
		case tview.MouseScrollDown:
			l.Sync()
			l.Move(wheelRows)
		case tview.MouseScrollUp:
			l.Sync()
			l.Move(-wheelRows)
		default:
			return false, nil
		}
		return true, nil
	})
}

// click selects the row at line y of the screen and reports whether there is one.
func (l *List) click(y int) bool {
	l.Sync()
	_, top, _, _ := l.GetInnerRect()
	if l.header != nil {
		top++
	}
	i := l.offset + y - top
	if y < top || i >= l.model.Len() {
		return false
	}
	l.SelectIndex(i)
	return true
}
