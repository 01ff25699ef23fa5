package ui

import (
	"strings"

	"httpwhy/ui/text"
)

// hintOrder is the order of the hints, most needed first, and the keys they
// show where that is more than the first one.
var hintOrder = []struct {
	action action
	keys   string
}{
	{"open", ""},
	{"back", ""},
	{"next-exchange", "J K"},
	{"tab-next", "[ ]"},
	{"search", ""},
	{"reveal", ""},
	{"body-mode", ""},
	{"problems-only", ""},
	{"problem-next", ""},
	{"copy-curl", ""},
	{"copy-menu", ""},
	{"filter-by", ""},
	{"wrap", ""},
	{"pager", ""},
	{"save", ""},
	{"about-code", ""},
	{"input-keep", ""},
	{"input-cancel", ""},
	{"input-clear", ""},
	{"menu-cancel", ""},
}

// hinted returns the bindings with a hint in a context, in order.
func hinted(in place) []binding {
	var bs []binding
	for _, h := range hintOrder {
		for _, b := range bindings {
			if b.Action != h.action || b.In&in == 0 || b.Hint == "" {
				continue
			}
			if h.keys != "" {
				b.Keys = []string{h.keys}
			}
			bs = append(bs, b)
			break
		}
	}
	return bs
}

// hintLine shows the hinted bindings of a context and, always, how to see all
// keys. What does not fit is dropped from the end.
func hintLine(in place, width int, l look) text.Line {
	const help = "? keys"
	line := text.Line{styled(" ", l.Text)}
	room := width - 1
	if in&inEverySpot != 0 {
		room -= len(help) + 2
	}
	used := 0
	for _, b := range hinted(in) {
		w := text.Width(b.Keys[0]+" "+b.Hint) + 2
		if used+w > room {
			break
		}
		used += w
		line = append(line, styled(b.Keys[0], l.Heading), styled(" "+b.Hint+"  ", l.Dim))
	}
	if in&inEverySpot == 0 {
		return line
	}
	gap := max(0, width-line.Width()-len(help)-1)
	return append(line, styled(strings.Repeat(" ", gap), l.Text), styled("?", l.Heading), styled(" keys", l.Dim))
}
