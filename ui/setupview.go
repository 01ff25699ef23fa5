package ui

import (
	"fmt"
	"strings"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/list"
	"httpwhy/ui/pager"
	"httpwhy/ui/text"
)

// setupView tells how to send traffic here: one text for each kind of client.
type setupView struct {
	s     *screen
	list  *list.List
	text  *pager.Pager
	shown string // what text shows
}

func newSetupView(s *screen) *setupView {
	v := &setupView{s: s}
	v.list = list.New(v, s.look.Theme, s.look.signs)
	v.list.SetFollow(false)
	v.text = pager.New(s.look.Theme, s.look.signs).SetWrap(true)
	return v
}

func (v *setupView) setTheme() {
	v.list.SetTheme(v.s.look.Theme)
	v.text.SetTheme(v.s.look.Theme)
	v.shown = ""
}

// Len is part of list.Model.
func (v *setupView) Len() int { return len(v.s.options.Clients) }

// ID is part of list.Model.
func (v *setupView) ID(i int) uint64 { return uint64(i) + 1 }

// IndexOf is part of list.Model.
func (v *setupView) IndexOf(id uint64) int {
	if id == 0 || id > uint64(v.Len()) {
		return -1
	}
	return int(id) - 1
}

// Row is part of list.Model.
func (v *setupView) Row(i, width int) (gutter text.Run, content text.Line) {
	return text.Run{Text: " "}, text.Plain(text.PadRight(v.s.options.Clients[i].Name, width, v.s.look.signs.Ellipsis))
}

func (v *setupView) selected() *Client {
	if v.Len() == 0 {
		return nil
	}
	return &v.s.options.Clients[max(0, v.list.Index())]
}

// copied are the lines for the chosen client.
func (v *setupView) copied() block {
	c := v.selected()
	if c == nil {
		return block{}
	}
	return block{name: "the lines for " + c.Name, text: c.Text}
}

func (v *setupView) draw(screen tcell.Screen, top, bottom int) {
	l, width := v.s.look, v.s.width
	line := func(y int, runs ...text.Run) { text.Line(runs).Cut(width, l.signs.Ellipsis).Draw(screen, 0, y, width) }
	switch n := v.s.model.store.Len(); {
	case v.s.options.Address == "":
		line(top, styled(" Nothing is being recorded here: this is a capture.", l.Heading))
	case n == 0:
		line(top, styled(" Waiting for the first request on "+v.s.options.Address+" "+l.signs.Ellipsis, l.Heading))
	default:
		line(top, styled(" Listening on "+v.s.options.Address, l.Heading), styled(fmt.Sprintf("   %s so far", plural(n, "exchange")), l.Dim))
	}
	top++
	line(top, styled(horizontal(l, width), l.Dim))
	top++
	notes := v.notes(width)
	bodyBottom := max(top+4, bottom-len(notes)-1)
	left := 20
	line(top, styled(text.PadRight(" 1  PICK A CLIENT", left, "")+"   ", l.Heading), styled("2  TYPE THIS", l.Heading),
		styled("   y copies", l.Dim))
	top++
	v.list.SetRect(0, top, left, bodyBottom-top)
	v.list.Draw(screen)
	for y := top; y < bodyBottom; y++ {
		text.Styled(l.signs.Vertical, l.Dim).Draw(screen, left, y, 1)
	}
	v.compose()
	v.text.SetRect(left+2, top, width-left-2, bodyBottom-top)
	v.text.Draw(screen)
	line(bodyBottom, styled(horizontal(l, width), l.Dim))
	for i, note := range notes {
		if y := bodyBottom + 1 + i; y < bottom {
			note.Draw(screen, 0, y, width)
		}
	}
}

// compose shows the text of the chosen client.
func (v *setupView) compose() {
	c := v.selected()
	if c == nil || v.shown == c.Name+c.Text {
		return
	}
	v.shown = c.Name + c.Text
	var lines []text.Line
	for _, s := range strings.Split(strings.TrimRight(c.Text, "\n"), "\n") {
		style := v.s.look.Code
		if strings.HasPrefix(s, "#") {
			style = v.s.look.Dim
		}
		lines = append(lines, text.Styled(text.Visible(s), style))
	}
	v.text.SetLines(lines)
}

// notes are the lines below: how to check, and what is odd.
func (v *setupView) notes(width int) []text.Line {
	l := v.s.look
	var lines []text.Line
	if v.s.options.Check != "" {
		lines = append(lines, text.Line{styled(" 3  CHECK IT  ", l.Heading), styled(text.Visible(v.s.options.Check), l.Code)})
	}
	for _, note := range v.s.options.SetupNotes {
		line := text.Line{styled(" i ", l.Info), styled(text.Visible(note), l.Text)}
		lines = append(lines, line.Wrap(width-1, 3)...)
	}
	return lines
}
