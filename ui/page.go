package ui

import (
	"strings"

	"github.com/gdamore/tcell/v2"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// page is a text that is composed for a width: what a tab shows.
type page struct {
	lines  []text.Line
	blocks []block
	jumps  []jump

	look  look
	width int
}

// block is a part that "y" and its number copy.
type block struct{ name, text string }

// jump is a line that Enter follows to where its fact stands.
type jump struct {
	line     int
	exchange exchange.ID
	part     exchange.Part
	name     string
}

func newPage(l look, width int) *page { return &page{look: l, width: max(width, 20)} }

// add appends a line.
func (p *page) add(runs ...text.Run) { p.lines = append(p.lines, text.Line(runs)) }

// compact takes the empty lines out of a page that is higher than its pane.
func (p *page) compact(height int) {
	if len(p.lines) <= height {
		return
	}
	var kept []text.Line
	removed := 0
	jumps := p.jumps
	for i, line := range p.lines {
		for len(jumps) > 0 && jumps[0].line == i {
			jumps[0].line -= removed
			jumps = jumps[1:]
		}
		if line.Width() == 0 {
			removed++
			continue
		}
		kept = append(kept, line)
	}
	p.lines = kept
}

// space appends an empty line, unless one is there already.
func (p *page) space() {
	if n := len(p.lines); n > 0 && p.lines[n-1].Width() > 0 {
		p.lines = append(p.lines, text.Line{})
	}
}

// styled is a run of text of our own.
func styled(s string, style tcell.Style) text.Run { return text.Run{Text: s, Style: style} }

// heading appends a heading with a note at the right edge.
func (p *page) heading(title, note string) {
	line := text.Line{styled(" "+title, p.look.Heading)}
	if note != "" {
		gap := max(2, p.width-line.Width()-text.Width(note)-1)
		line = append(line, styled(strings.Repeat(" ", gap)+note, p.look.Dim))
	}
	p.lines = append(p.lines, line)
}

// prose appends text from anywhere, wrapped and indented.
func (p *page) prose(s string, indent int, style tcell.Style) {
	for _, line := range text.Wrap(p.look.ownLines(s), p.width-indent-1) {
		p.add(styled(strings.Repeat(" ", indent)+line, style))
	}
}

// labelled appends a label and, in a column of its own, a value that may wrap.
func (p *page) labelled(indent int, label string, labelWidth int, value text.Line) {
	lead := strings.Repeat(" ", indent)
	column := indent + labelWidth + 1
	for i, line := range value.Wrap(max(p.width-column-1, 10), 0) {
		head := strings.Repeat(" ", column)
		if i == 0 {
			head = lead + text.PadRight(label, labelWidth, p.look.signs.Ellipsis) + " "
		}
		p.lines = append(p.lines, append(text.Line{styled(head, p.look.Dim)}, line...))
	}
}

// pasted appends lines to copy behind a bar and numbers the block.
func (p *page) pasted(s string) {
	bar := styled("   "+p.look.signs.Vertical+" ", p.look.Dim)
	for _, line := range strings.Split(strings.TrimRight(s, "\n"), "\n") {
		for _, wrapped := range text.Wrap(p.look.ownLines(line), p.width-6) {
			p.add(bar, styled(wrapped, p.look.Code))
		}
	}
}

// ownLines is own for a text of several lines.
func (l look) ownLines(s string) string {
	return strings.ReplaceAll(visibleText(s), "…", l.signs.Ellipsis)
}

// visibleText makes text visible but keeps its line feeds, and its tabs as
// spaces.
func visibleText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\t", "    "), "\n")
	for i, l := range lines {
		lines[i] = text.Visible(l)
	}
	return strings.Join(lines, "\n")
}

// String is the page as plain text.
func (p *page) String() string {
	var b strings.Builder
	for _, l := range p.lines {
		b.WriteString(strings.TrimRight(l.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}
