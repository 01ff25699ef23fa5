package ui

import (
	"strings"

	"httpwhy/ui/text"
)

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
	seen := map[action]bool{}
	for _, b := range bindings {
		if b.In&in == 0 || b.Hint == "" || seen[b.Action] {
			continue
		}
		seen[b.Action] = true
		hint := b.Keys[0] + " " + b.Hint
		if used+len(hint)+2 > room {
			break
		}
		used += text.Width(hint) + 2
		line = append(line, styled(b.Keys[0], l.Heading), styled(" "+b.Hint+"  ", l.Dim))
	}
	if in&inEverySpot == 0 {
		return line
	}
	gap := max(0, width-line.Width()-len(help)-1)
	return append(line, styled(strings.Repeat(" ", gap), l.Text), styled("?", l.Heading), styled(" keys", l.Dim))
}
