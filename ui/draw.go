package ui

import (
	"fmt"
	"strings"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/text"
)

// Draw lays the screen out for its present size and draws it.
func (s *screen) Draw(screen tcell.Screen) {
	s.DrawForSubclass(screen, s)
	screen.HideCursor()
	_, _, s.width, s.height = s.GetRect()
	if s.width < minWidth || s.height < minHeight {
		s.drawTooSmall(screen)
		return
	}
	s.headerLine().Draw(screen, 0, 0, s.width)
	bottom := s.height
	if !s.noHints || s.message != "" || s.input != nil || s.menu != nil {
		bottom--
		s.lastLine(screen, bottom)
	}
	top := 1
	if note := s.recorderNote(); note.Width() > 0 {
		note.Cut(s.width, s.look.signs.Ellipsis).Draw(screen, 0, top, s.width)
		top++
	}
	switch {
	case s.help.shown:
		s.help.draw(screen, 0, top, s.width, bottom-top)
	case s.open:
		s.drawExchange(screen, top, bottom)
	case s.view.name == viewProblems:
		s.problems.draw(screen, top, bottom)
	case s.view.name == viewCodes:
		s.codes.draw(screen, top, bottom)
	case s.view.name == viewSetup:
		s.setup.draw(screen, top, bottom)
	default:
		s.drawList(screen, top, bottom)
	}
	if s.menu != nil {
		s.menu.draw(screen, s.look, s.width, bottom)
	}
}

// recorderNote is the row below the first, there only while something is amiss.
func (s *screen) recorderNote() text.Line {
	switch {
	case s.recorder.Notice != "":
		return text.Styled(" "+s.look.signs.Error+" "+text.Visible(s.recorder.Notice), s.look.Error)
	case s.stoppedNote != "":
		return text.Styled(" "+s.stoppedNote, s.look.Warning)
	default:
		return nil
	}
}

func (s *screen) drawTooSmall(screen tcell.Screen) {
	for i, l := range []string{
		"Terminal too small",
		fmt.Sprintf("%dx%d, needs %dx%d", s.width, s.height, minWidth, minHeight),
		"Recording goes on. Q quits.",
	} {
		text.Plain(l).Draw(screen, 0, i, s.width)
	}
}

// headerLine is row 1: where it listens, the views, and whether it is live.
func (s *screen) headerLine() text.Line {
	l := s.look
	var line text.Line
	address := s.options.Address
	if address == "" {
		address = s.options.CaptureName
	}
	recording := l.signs.Recording
	if s.state() != "LIVE" {
		recording = " "
	}
	if s.width >= wideWidth {
		line = text.Line{styled(" httpwhy ", l.Heading), styled(recording, l.Good), styled(" "+text.Visible(address)+"  ", l.Text)}
	} else {
		short := address
		if i := strings.LastIndexByte(address, ':'); i >= 0 && s.options.Address != "" {
			short = address[i:]
		}
		line = text.Line{styled(" "+recording, l.Good), styled(text.CutMiddle(text.Visible(short), 20, l.signs.Ellipsis), l.Text)}
	}
	problems := ""
	if n := s.problems.groups(); n > 0 {
		problems = fmt.Sprintf(" %d", n)
	}
	list := "1 List"
	if s.width >= wideWidth {
		list += " " + count(s.model.store.Len())
	}
	for _, v := range []struct {
		name  viewName
		label string
	}{{viewList, list}, {viewProblems, "2 Problems" + problems}, {viewCodes, "5 Codes"}, {viewSetup, "6 Setup"}} {
		if v.name == s.view.name {
			line = append(line, styled(" ["+v.label+"]", l.Heading))
		} else {
			line = append(line, styled("  "+v.label+" ", l.Text))
		}
	}
	state, style := s.stateText(), l.Dim
	if state == "LIVE" {
		style = l.Good
	}
	if gap := s.width - line.Width() - text.Width(state) - 1; gap > 0 {
		line = append(line, styled(strings.Repeat(" ", gap), l.Text), styled(state, style))
	}
	return line
}

// state is LIVE, STOPPED or "" for a capture that nobody records.
func (s *screen) state() string {
	switch {
	case s.options.Live:
		return "LIVE"
	case s.stoppedNote != "":
		return "STOPPED"
	default:
		return ""
	}
}

// stateText is what stands at the right of row 1.
func (s *screen) stateText() string {
	switch state := s.state(); {
	case state == "LIVE" && !s.list.Following() && s.list.Unseen() > 0 && s.model.chronological():
		return fmt.Sprintf("+%s new", count(s.list.Unseen()))
	case state == "":
		return text.CutMiddle(text.Visible(s.options.CaptureName), 24, s.look.signs.Ellipsis)
	default:
		return state
	}
}

// lastLine is the last row: what is asked, a message, or the hints.
func (s *screen) lastLine(screen tcell.Screen, y int) {
	l := s.look
	switch {
	case s.input != nil && s.input.row == lastRow:
		s.input.draw(screen, l, 0, y, s.width)
		return
	case s.message != "":
		text.Styled(" "+s.message, l.Message).Cut(s.width, l.signs.Ellipsis).Draw(screen, 0, y, s.width)
		return
	}
	hintLine(s.context(), s.width, l).Draw(screen, 0, y, s.width)
}

// drawList draws the list with its peek below or the exchange beside it.
func (s *screen) drawList(screen tcell.Screen, top, bottom int) {
	s.drawFilter(screen, top)
	top++
	width, height := s.width, bottom-top
	switch {
	case s.noPane:
	case s.width >= wideWidth:
		width = s.listWidth()
		s.drawBeside(screen, width, top, bottom)
	case s.width >= peekWidth && s.height >= peekHeight:
		height -= 4
		s.drawPeek(screen, top+height)
	}
	if len(s.model.visible) == 0 {
		s.drawNothing(screen, top, width)
		return
	}
	s.list.SetRect(0, top, width, height)
	s.list.Draw(screen)
	s.hops.read()
}

// drawFilter draws row 2: the filter, what else hides rows, and how many show.
func (s *screen) drawFilter(screen tcell.Screen, y int) {
	l := s.look
	m := s.model
	right := fmt.Sprintf("%d of %d", len(m.visible), m.store.Len())
	style := l.Dim
	if s.loading {
		right += ", loading"
	}
	if m.filterErr != nil {
		right = l.signs.Error + " " + text.Visible(m.filterErr.Error()) + "; list unchanged"
		style = l.Error
	}
	right = text.CutEnd(right, s.width*2/3, l.signs.Ellipsis)
	room := s.width - text.Width(right) - 2
	text.Styled(right, style).Draw(screen, s.width-text.Width(right)-1, y, text.Width(right))
	if s.input != nil && s.input.row == filterRow {
		s.input.draw(screen, l, 0, y, room)
		return
	}
	line := text.Line{styled(" / ", l.Dim), styled(text.Visible(m.state.filter), l.Heading)}
	for _, flag := range m.flags() {
		line = append(line, styled("  "+flag, l.Info))
	}
	line.Cut(room, l.signs.Ellipsis).Draw(screen, 0, y, room)
}

// flags name what besides the filter decides which rows show, and their order.
func (m *listModel) flags() []string {
	var flags []string
	if m.state.problems {
		flags = append(flags, "problems only (!)")
	}
	if m.state.marked {
		flags = append(flags, "marked only (M)")
	}
	if m.state.above > 0 {
		flags = append(flags, "older hidden (u)")
	}
	if m.state.order != "time" || m.state.reverse {
		order := "by " + string(m.state.order)
		if m.state.reverse {
			order += ", reversed"
		}
		flags = append(flags, order)
	}
	return flags
}

// drawNothing says why the list is empty and how to fill it.
func (s *screen) drawNothing(screen tcell.Screen, top, width int) {
	l, m := s.look, s.model
	lines := []text.Line{{}}
	total := m.store.Len()
	switch {
	case total == 0 && !s.loaded:
		lines = append(lines, text.Styled("   Reading the capture", l.Dim))
	case total == 0 && s.options.Live && len(s.options.Clients) == 0:
		lines = append(lines, text.Plain("   Nothing has arrived yet."))
	case total == 0 && s.options.Live:
		lines = append(lines, text.Plain("   Nothing has arrived yet. 6 shows how to send traffic here."))
	case total == 0:
		lines = append(lines, text.Plain("   This capture holds no exchanges."))
	default:
		what := append([]string{}, m.flags()...)
		if m.state.filter != "" {
			what = append([]string{m.state.filter}, what...)
		}
		recorded := plural(total, "exchange") + " are recorded."
		if total == 1 {
			recorded = "1 exchange is recorded."
		}
		lines = append(
			lines,
			text.Styled("   Nothing matches  "+text.Visible(strings.Join(what, "  ")), l.Heading),
			text.Plain("   "+recorded+" Codes seen: "+m.codesSeen()),
			text.Plain("   Esc clears the filter "+l.signs.Dot+" u brings the previous one back"),
		)
	}
	for i, line := range lines {
		line.Cut(width, l.signs.Ellipsis).Draw(screen, 0, top+i, width)
	}
}

func (s *screen) drawPeek(screen tcell.Screen, top int) {
	text.Styled(strings.Repeat(s.look.signs.Horizontal, s.width), s.look.Dim).Draw(screen, 0, top, s.width)
	r := s.row()
	if r == nil {
		return
	}
	s.exchange.show(r.ID)
	for i, line := range peekLines(r, s.exchange.current(), s.look, s.width) {
		line.Draw(screen, 0, top+1+i, s.width)
	}
}

// drawBeside draws the exchange pane at the right of the list.
func (s *screen) drawBeside(screen tcell.Screen, x, top, bottom int) {
	l := s.look
	bar := l.signs.Vertical
	barStyle := l.Dim
	if s.beside {
		bar, barStyle = l.signs.Focus, l.Focus
	}
	for y := top; y < bottom; y++ {
		text.Styled(bar, barStyle).Draw(screen, x, y, 1)
	}
	r := s.row()
	if r == nil {
		return
	}
	s.drawDetail(screen, x+1, top, s.width-x-1, bottom-top)
}

// drawExchange draws the exchange on the whole screen.
func (s *screen) drawExchange(screen tcell.Screen, top, bottom int) {
	s.drawDetail(screen, 0, top, s.width, bottom-top)
}

// drawDetail draws title, verdict, tabs and the tab's text.
func (s *screen) drawDetail(screen tcell.Screen, x, y, w, h int) {
	l, v := s.look, s.exchange
	r := s.row()
	if s.open {
		r = s.model.store.Get(v.wanted)
	}
	if r == nil {
		text.Styled(" This exchange is no longer in the capture.", l.Dim).Draw(screen, x, y, w)
		return
	}
	v.show(r.ID)
	d := v.current()
	mark := l.signs.Ellipsis
	titleLine(r, l, w).Cut(w, mark).Draw(screen, x, y, w)
	y, h = y+1, h-1
	verdict := verdictLine(r, d, l)
	lines := verdict.Wrap(w-1, 3)
	for i, line := range lines[:min(2, len(lines))] {
		if i == 1 && len(lines) > 2 {
			line = append(line, styled(mark, l.Text))
		}
		line.Cut(w, mark).Draw(screen, x, y, w)
		y, h = y+1, h-1
	}
	note := "[ and ] switch"
	if w < 78 {
		note = ""
	}
	tabLine(v.tabs(), v.currentTab(), l, note).Cut(w, mark).Draw(screen, x, y, w)
	text.Styled(strings.Repeat(l.signs.Horizontal, w), l.Dim).Draw(screen, x, y+1, w)
	v.draw(screen, x, y+2, w, h-2)
}

// listWidth is the width of the list beside an exchange.
func (s *screen) listWidth() int { return s.width * 55 / 100 }

// listTop is the row of the list's header.
func (s *screen) listTop() int {
	_, y, _, _ := s.list.GetRect()
	return y
}

// paneWidth is the width in which an exchange is shown.
func (s *screen) paneWidth() int {
	if !s.open && s.width >= wideWidth {
		return s.width - s.listWidth() - 1
	}
	return s.width
}
