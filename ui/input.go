package ui

import (
	"strings"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/text"
)

// inputRow is where an input stands.
type inputRow int

const (
	filterRow inputRow = iota
	lastRow
)

// input is a line that takes text. changed runs with each change, keep with
// Enter, cancel with Esc.
type input struct {
	row     inputRow
	prompt  string
	history *[]string
	recall  int // entries back in the history
	draft   string

	before, after string // the text on both sides of the cursor
	changed, keep func(string)
	cancel        func()
}

func (i *input) text() string { return i.before + i.after }

func (i *input) set(s string) {
	i.before, i.after = s, ""
	i.update()
}

func (i *input) update() {
	if i.changed != nil {
		i.changed(i.text())
	}
}

func (i *input) draw(screen tcell.Screen, l look, x, y, w int) {
	head := text.Visible(i.before)
	room := w - text.Width(i.prompt) - 2
	// The cursor stays in sight.
	for text.Width(head) > max(room, 1) {
		head = head[text.First(head).Size:]
	}
	text.Line{
		styled(" "+i.prompt, l.Heading), styled(head, l.Heading),
		styled(text.Visible(i.after), l.Heading),
	}.Draw(screen, x, y, w)
	screen.ShowCursor(x+1+text.Width(i.prompt)+text.Width(head), y)
}

// typed inserts text at the cursor.
func (s *screen) typed(t string) {
	s.input.before += t
	s.input.update()
}

// edit changes the text of the input by an action of the key table.
func (s *screen) edit(a action) {
	i := s.input
	switch a {
	case "input-left":
		if n := lastCluster(i.before); n > 0 {
			i.before, i.after = i.before[:len(i.before)-n], i.before[len(i.before)-n:]+i.after
		}
		return
	case "input-right":
		if i.after != "" {
			n := text.First(i.after).Size
			i.before, i.after = i.before+i.after[:n], i.after[n:]
		}
		return
	case "input-start":
		i.before, i.after = "", i.text()
		return
	case "input-end":
		i.before, i.after = i.text(), ""
		return
	case "input-erase":
		i.before = i.before[:len(i.before)-lastCluster(i.before)]
	case "input-delete":
		if i.after != "" {
			i.after = i.after[text.First(i.after).Size:]
		}
	case "input-word":
		trimmed := strings.TrimRight(i.before, " ")
		i.before = trimmed[:strings.LastIndexByte(trimmed, ' ')+1]
	case "input-clear":
		i.before, i.after = "", ""
	}
	i.update()
}

// lastCluster is the size in bytes of the last character of s, 0 if s is empty.
func lastCluster(s string) int {
	n := 0
	for s != "" {
		n = text.First(s).Size
		s = s[n:]
	}
	return n
}

// remember keeps an input for Ctrl+P.
func remember(history *[]string, s string) {
	const most = 100
	if s == "" || len(*history) > 0 && (*history)[len(*history)-1] == s {
		return
	}
	*history = append(*history, s)
	if len(*history) > most {
		*history = (*history)[1:]
	}
}

// fromHistory shows the input that is step entries earlier (1) or later (-1).
func (i *input) fromHistory(step int) {
	if i.history == nil {
		return
	}
	h := *i.history
	to := i.recall + step
	if to < 0 || to > len(h) {
		return
	}
	if i.recall == 0 {
		i.draft = i.text()
	}
	i.recall = to
	if to == 0 {
		i.set(i.draft)
		return
	}
	i.set(h[len(h)-to])
}
