package ui

import (
	"strings"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/pager"
	"httpwhy/ui/text"
)

// helpView lists the keys: those of the present view first.
type helpView struct {
	s     *screen
	pager *pager.Pager
	shown bool
}

func newHelpView(s *screen) *helpView {
	return &helpView{s: s, pager: pager.New(s.look.Theme, s.look.signs).SetWrap(true)}
}

// open shows the keys of a context.
func (v *helpView) open(in place) {
	v.pager.SetLines(helpLines(in, v.s.look, v.s.options.Version))
	v.shown = true
}

func (v *helpView) draw(screen tcell.Screen, x, y, w, h int) {
	v.pager.SetRect(x, y, w, h)
	v.pager.Draw(screen)
}

// helpLines renders the key table.
func helpLines(in place, l look, version string) []text.Line {
	title := "KEYS"
	if version != "" {
		title = "KEYS of httpwhy " + version
	}
	lines := []text.Line{text.Styled(" "+title, l.Heading), {}}
	groups := []string{}
	byGroup := map[string][]*binding{}
	for i := range bindings {
		b := &bindings[i]
		if byGroup[b.Group] == nil {
			groups = append(groups, b.Group)
		}
		byGroup[b.Group] = append(byGroup[b.Group], b)
	}
	for _, group := range groups {
		lines = append(lines, text.Styled(" "+group, l.Heading))
		for _, b := range byGroup[group] {
			keyStyle, style := l.Heading, l.Text
			note := ""
			if b.In&in == 0 {
				keyStyle, style = l.Dim, l.Dim
				note = "  (" + placeNames(b.In) + ")"
			}
			lines = append(lines, text.Line{
				styled(text.PadRight("   "+strings.Join(b.Keys, " "), 24, l.signs.Ellipsis)+" ", keyStyle),
				styled(b.Help, style), styled(note, l.Dim),
			})
		}
		lines = append(lines, text.Line{})
	}
	return lines
}

// placeNames says where a binding holds.
func placeNames(in place) string {
	var names []string
	for _, p := range []struct {
		in   place
		name string
	}{
		{inList, "List"},
		{inProblems, "Problems"},
		{inCodes, "Codes"},
		{inSetup, "Setup"},
		{inExchange, "Why, Timing, TLS"},
		{inText, "Request, Response, Body"},
		{inToken, "JWT"},
		{inHelp, "help"},
		{inInput, "inputs"},
		{inMenu, "menus"},
	} {
		if in&p.in != 0 {
			names = append(names, p.name)
		}
	}
	return strings.Join(names, ", ")
}

func horizontal(l look, width int) string { return strings.Repeat(l.signs.Horizontal, width) }
