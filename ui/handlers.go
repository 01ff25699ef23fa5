package ui

import (
	"httpwhy/ui/terminal"
)

// handlers say what each action of the key table does.
func (s *screen) handlers() map[action]func() {
	h := map[action]func(){
		"open": s.openSelected, "back": s.goBack, "left": s.left, "right": s.right,
		"pane-next": s.nextPane, "pane-previous": s.nextPane,
		"next-exchange": func() { s.step(1) }, "previous-exchange": func() { s.step(-1) },
		"tab-next": func() { s.exchange.switchTab(1) }, "tab-previous": func() { s.exchange.switchTab(-1) },
		"jump":      s.exchange.jump,
		"view-list": func() { s.goTo(viewList) }, "view-problems": func() { s.goTo(viewProblems) },
		"view-codes": func() { s.goTo(viewCodes) }, "view-setup": func() { s.setupMoved = true; s.goTo(viewSetup) },
		"search": s.search, "match-next": func() { s.exchange.text().NextMatch() },
		"match-previous": func() { s.exchange.text().PreviousMatch() },
		"problem-next":   func() { s.nextProblem(1) }, "problem-previous": func() { s.nextProblem(-1) },
		"filter-by": s.filterMenu, "mark": s.mark,
		"undo":      func() { s.moved(s.model.undo(), "nothing to undo") },
		"redo":      func() { s.moved(s.model.redo(), "nothing to redo") },
		"body-mode": s.cycleBodyMode, "wrap": s.toggleWrap, "pager": s.openPager, "save": s.saveBody,
		"reveal": s.revealSecrets, "about-code": s.aboutCode,
		"copy-menu": s.copyMenu, "copy-curl": func() { s.copyCurl(true) },
		"copy-screen": func() { s.put("the screen", s.screenText()) },
		"theme":       s.nextTheme, "redraw": func() { s.terminal.Sync() }, "suspend": s.suspend,
		"help": s.toggleHelp, "quit": s.quit,
		"input-keep": s.keepInput, "input-cancel": s.cancelInput,
		"input-down":     func() { s.list.Move(1) },
		"input-up":       func() { s.list.Move(-1) },
		"input-previous": func() { s.input.fromHistory(1) }, "input-next": func() { s.input.fromHistory(-1) },
		"menu-cancel": func() { s.menu = nil },
		"hints":       func() { s.noHints = !s.noHints },
		"layout":      func() { s.noPane, s.beside = !s.noPane, false },
		"time":        func() { s.times = (s.times + 1) % timeModes; s.sayTimes() },
		"follow":      func() { s.list.SetFollow(!s.list.Following()) },
	}
	for _, a := range []action{"down", "up", "first", "last", "page-down", "page-up", "half-down", "half-up"} {
		h[a] = s.move
	}
	for _, a := range []action{
		"input-left", "input-right", "input-start", "input-end",
		"input-erase", "input-delete", "input-word", "input-clear",
	} {
		h[a] = func() { s.edit(a) }
	}
	change := func(f func(*listState)) func() {
		return func() {
			state := s.model.state
			f(&state)
			s.model.change(state)
			s.list.Sync()
		}
	}
	h["problems-only"] = change(func(l *listState) { l.problems = !l.problems })
	h["marked-only"] = change(func(l *listState) { l.marked = !l.marked })
	h["order"] = change(func(l *listState) { l.order = s.model.cycleOrder() })
	h["order-reverse"] = change(func(l *listState) { l.reverse = !l.reverse })
	h["clear"] = change(func(l *listState) { l.above = s.model.store.Last() })
	return h
}

// move hands a movement key to what has the focus.
func (s *screen) move() {
	switch in := s.context(); {
	case in == inHelp:
		s.help.pager.HandleKey(s.event)
	case in&inDetail != 0:
		s.exchange.text().HandleKey(s.event)
	case in == inProblems:
		s.problems.list.HandleKey(s.event)
	case in == inCodes && s.codes.onText:
		s.codes.text.HandleKey(s.event)
	case in == inCodes:
		s.codes.list.HandleKey(s.event)
	case in == inSetup:
		s.setupMoved = true
		s.setup.list.HandleKey(s.event)
	default:
		s.list.HandleKey(s.event)
	}
}

func (s *screen) left() { s.sideways(false) }

func (s *screen) right() { s.sideways(true) }

// sideways scrolls a text, or goes between the two panes of Codes.
func (s *screen) sideways(right bool) {
	switch in := s.context(); {
	case in == inCodes:
		s.codes.onText = right
	case in&inDetail != 0:
		s.exchange.text().HandleKey(s.event)
	}
}

// goTo shows a view.
func (s *screen) goTo(name viewName) {
	s.help.shown, s.open, s.beside = false, false, false
	if s.view.name != name {
		s.view = view{name: name, before: s.view.name}
	}
	if name == viewList {
		s.list.Sync()
	}
}

// askQuit is what the first q at the very back says. Quitting ends the recording
// that other programs rely on, so one key too many must not do it.
const askQuit = "q once more quits"

// goBack leaves what is in front: help, search, the exchange, the filter, the
// view. At the very back it asks before it quits.
func (s *screen) goBack() {
	esc := keyName(s.event) == "Esc"
	switch in := s.context(); {
	case s.help.shown:
		s.help.shown = false
	case in&inDetail != 0 && s.exchange.text().Query() != "" && s.exchange.back == 0:
		s.exchange.text().Search("")
	case in&inDetail != 0 && s.exchange.back != 0:
		s.exchange.returnToWhy()
	case s.open:
		s.open = false
	case s.beside:
		s.beside = false
	case in == inCodes && s.codes.onText:
		s.codes.onText = false
	case in == inCodes && s.codes.query != "":
		s.codes.search("")
	case s.view.name != viewList:
		s.goTo(viewList)
	case s.model.narrowed():
		s.model.change(listState{order: s.model.state.order, reverse: s.model.state.reverse})
		s.list.Sync()
	case esc:
		s.say("Q quits")
	case s.message == askQuit:
		s.quit()
	default:
		s.say(askQuit)
	}
}

// nextPane moves the keys to the other pane.
func (s *screen) nextPane() {
	switch in := s.context(); {
	case in == inList && s.width >= wideWidth && !s.noPane:
		s.beside = true
	case in&inDetail != 0 && s.exchange.currentTab() == tabBody:
		s.exchange.body.otherSide()
	case s.beside:
		s.beside = false
	case in == inCodes:
		s.codes.onText = !s.codes.onText
	}
}

func (s *screen) openSelected() {
	switch s.context() {
	case inProblems:
		s.problems.open()
	case inCodes:
		s.codes.open()
	default:
		s.openExchange()
	}
}

// openExchange shows the selected exchange on the whole screen.
func (s *screen) openExchange() {
	if id := s.selected(); id != 0 {
		// What is being read must not move on to the next arrival.
		s.list.SetFollow(false)
		s.exchange.back = 0
		s.exchange.show(id)
		s.open = true
	}
}

// step goes to the next or previous listed exchange and keeps the tab.
func (s *screen) step(n int) {
	before := s.list.Selected()
	s.list.Move(n)
	s.exchange.back = 0
	if s.list.Selected() == before {
		s.say("no exchange further on")
	}
	s.showSelected()
}

func (s *screen) nextProblem(step int) {
	id := s.model.nextProblem(s.selected(), step)
	if id == 0 {
		s.say("no problem further on")
		return
	}
	s.list.Select(uint64(id))
	s.showSelected()
}

// showSelected brings the exchange view to the selection of the list.
func (s *screen) showSelected() {
	if s.open {
		s.exchange.show(s.selected())
	}
}

// moved brings the list up to date after undo or redo.
func (s *screen) moved(done bool, otherwise string) {
	if !done {
		s.say(otherwise)
	}
	s.list.Sync()
}

// search opens the filter of the list, the search of Codes or of a text.
func (s *screen) search() {
	switch in := s.context(); {
	case in&inDetail != 0:
		p := s.exchange.text()
		before := p.Query()
		s.input = &input{
			row: lastRow, prompt: "/", history: &s.searches,
			keep:   func(q string) { remember(&s.searches, q); p.Search(q) },
			cancel: func() { p.Search(before) },
		}
	case in == inCodes:
		before := s.codes.query
		s.input = &input{
			row: filterRow, prompt: "/ ", history: &s.codes.history, before: before, changed: s.codes.search,
			keep:   func(q string) { remember(&s.codes.history, q) },
			cancel: func() { s.codes.search(before) },
		}
	default:
		s.goTo(viewList)
		before := s.model.state
		s.input = &input{
			row: filterRow, prompt: "/ ", history: &s.filters, before: before.filter,
			changed: func(f string) { s.model.preview(f); s.list.Sync() },
			keep:    func(f string) { remember(&s.filters, f); s.model.keep(before); s.list.Sync() },
			cancel:  func() { s.model.set(before); s.list.Sync() },
		}
	}
}

func (s *screen) keepInput() {
	i := s.input
	s.input = nil
	i.keep(i.text())
}

func (s *screen) cancelInput() {
	i := s.input
	s.input = nil
	if i.cancel != nil {
		i.cancel()
	}
}

func (s *screen) mark() {
	id := s.selected()
	if s.open {
		id = s.exchange.wanted
	}
	if id == 0 {
		return
	}
	if s.model.marks[id] {
		delete(s.model.marks, id)
	} else {
		s.model.marks[id] = true
	}
	if s.model.state.marked {
		s.model.refresh()
		s.list.Sync()
	}
}

func (s *screen) cycleBodyMode() {
	if s.exchange.currentTab() != tabBody {
		s.exchange.tab = tabBody
		return
	}
	s.exchange.body.cycleMode()
}

func (s *screen) toggleWrap() {
	p := s.exchange.text()
	p.SetWrap(!p.Wrapped())
	if p == s.exchange.body.pager {
		s.exchange.body.wrap = p.Wrapped()
	}
}

func (s *screen) revealSecrets() {
	v := s.exchange
	if v.reveal == v.wanted {
		v.reveal = 0
		return
	}
	v.reveal = v.wanted
}

// aboutCode opens Codes at the code of this exchange.
func (s *screen) aboutCode() {
	r := s.row()
	if s.open {
		r = s.model.store.Get(s.exchange.wanted)
	}
	switch {
	case r == nil:
		s.say("no exchange is selected")
	case r.Status == 0:
		s.say("this exchange has no status code: no response came")
	default:
		s.goTo(viewCodes)
		s.codes.at(r.Status)
	}
}

func (s *screen) nextTheme() {
	names := terminal.ThemeNames
	for i, name := range names {
		if name == s.look.Name {
			name = names[(i+1)%len(names)]
			if err := s.setTheme(name); err != nil {
				s.say(err.Error())
				return
			}
			s.say("theme " + name)
			return
		}
	}
}

func (s *screen) toggleHelp() {
	if s.help.shown {
		s.help.shown = false
		return
	}
	s.help.open(s.context())
}

func (s *screen) suspend() {
	if err := terminal.Suspend(s.terminal); err != nil {
		s.say("not suspended: " + err.Error())
	}
	s.terminal.Sync()
}

func (s *screen) sayTimes() {
	s.say([]string{"time of day", "time since the first exchange shown", "time since the exchange above"}[s.times])
}
