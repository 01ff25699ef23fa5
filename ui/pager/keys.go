package pager

import (
	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
)

const (
	wheelRows  = 3
	columnStep = 8
)

// InputHandler passes keys to HandleKey.
func (p *Pager) InputHandler() func(*tcell.EventKey, func(tview.Primitive)) {
	return p.WrapInputHandler(func(ev *tcell.EventKey, _ func(tview.Primitive)) { p.HandleKey(ev) })
}

// HandleKey does what a key means in a pager and reports whether it means
// anything. The prompt of a search is not part of it: / is not taken.
func (p *Pager) HandleKey(ev *tcell.EventKey) bool {
	if ev.Modifiers()&tcell.ModAlt != 0 {
		return false
	}
	_, h := p.content()
	page := max(h-1, 1)
	switch ev.Key() {
	case tcell.KeyRune:
		return p.handleRune(ev.Rune(), page)
	case tcell.KeyDown:
		p.scroll(1)
	case tcell.KeyUp:
		p.scroll(-1)
	case tcell.KeyPgDn, tcell.KeyCtrlF:
		p.scroll(page)
	case tcell.KeyPgUp, tcell.KeyCtrlB:
		p.scroll(-page)
	case tcell.KeyCtrlD:
		p.scroll(max(h/2, 1))
	case tcell.KeyCtrlU:
		p.scroll(-max(h/2, 1))
	case tcell.KeyHome:
		p.scrollTo(pos{})
	case tcell.KeyEnd:
		p.GoToEnd()
	case tcell.KeyRight:
		p.scrollColumns(columnStep)
	case tcell.KeyLeft:
		p.scrollColumns(-columnStep)
	default:
		return false
	}
	return true
}

func (p *Pager) handleRune(r rune, page int) bool {
	switch r {
	case 'j':
		p.scroll(1)
	case 'k':
		p.scroll(-1)
	case ' ':
		p.scroll(page)
	case 'g':
		p.scrollTo(pos{})
	case 'G':
		p.GoToEnd()
	case 'h':
		p.scrollColumns(-columnStep)
	case 'l':
		p.scrollColumns(columnStep)
	case 'n':
		p.NextMatch()
	case 'N':
		p.PreviousMatch()
	case 'w':
		p.SetWrap(!p.wrap)
	default:
		return false
	}
	return true
}

// MouseHandler scrolls with the wheel and takes the focus on a click.
func (p *Pager) MouseHandler() func(tview.MouseAction, *tcell.EventMouse, func(tview.Primitive)) (bool, tview.Primitive) {
	return p.WrapMouseHandler(func(action tview.MouseAction, ev *tcell.EventMouse, setFocus func(tview.Primitive)) (bool, tview.Primitive) {
		if !p.InInnerRect(ev.Position()) {
			return false, nil
		}
		switch action {
		case tview.MouseLeftDown:
			setFocus(p)
		case tview.MouseScrollDown:
			p.scroll(wheelRows)
		case tview.MouseScrollUp:
			p.scroll(-wheelRows)
		default:
			return false, nil
		}
		return true, nil
	})
}
