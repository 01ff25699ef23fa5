package text

import "strings"

// Wrap breaks s into lines of at most w cells, at spaces where it can and inside
// a longer word where it must. Line feeds break too. A w below 1 counts as 1.
func Wrap(s string, w int) []string {
	var out []string
	for part := range strings.SplitSeq(s, "\n") {
		for _, l := range Plain(part).Wrap(w, 0) {
			out = append(out, l.String())
		}
	}
	return out
}

// Wrap breaks the line into lines of at most w cells like the function Wrap;
// lines after the first begin with indent spaces. The spaces at a break are
// dropped. An empty line stays one line.
func (l Line) Wrap(w, indent int) []Line {
	w = max(w, 1)
	indent = min(max(indent, 0), w-1)
	if l.Width() <= w {
		return []Line{l}
	}
	b := wrapper{width: w, indent: indent}
	for _, r := range l {
		for s := r.Text; s != ""; {
			c := First(s)
			s = s[c.Size:]
			b.add(cell{Run{c.Text, r.Style}, c.Width})
		}
	}
	return b.finish()
}

type cell struct {
	Run
	width int
}

// wrapper collects the cells of the current line and remembers where it may
// break.
type wrapper struct {
	width, indent int
	lines         []Line
	line          []cell
	used          int
	breakAt       int // index behind the last space in line; 0: none
}

func (b *wrapper) add(c cell) {
	for b.used+c.width > b.width && len(b.line) > 0 { // again, where the indentation pushes the rest out
		if c.Text == " " {
			b.breakAt = len(b.line)
			b.flush()
			return
		}
		if b.breakAt == 0 {
			b.breakAt = b.fitting()
		}
		b.flush()
	}
	if c.Text == " " && len(b.line) == 0 && len(b.lines) > 0 {
		return
	}
	b.line = append(b.line, c)
	b.used += c.width
	if c.Text == " " && !b.onlySpaces() {
		b.breakAt = len(b.line)
	}
}

// fitting counts the cells of the line that fit into it, at least one: the end
// of a line that was broken may be too long behind the indentation.
func (b *wrapper) fitting() int {
	used := 0
	if len(b.lines) > 0 {
		used = b.indent
	}
	for i, c := range b.line {
		if used += c.width; used > b.width && i > 0 {
			return i
		}
	}
	return len(b.line)
}

// onlySpaces is true inside the indentation of the first line, where a break
// would leave an empty line behind.
func (b *wrapper) onlySpaces() bool {
	for _, c := range b.line {
		if c.Text != " " {
			return false
		}
	}
	return true
}

// flush ends the line at breakAt and begins the next with what is behind it.
func (b *wrapper) flush() {
	rest := append([]cell(nil), b.line[b.breakAt:]...)
	end := b.breakAt
	for end > 0 && b.line[end-1].Text == " " {
		end--
	}
	b.emit(b.line[:end])
	b.line, b.breakAt = rest, 0
	b.used = b.indent
	for _, c := range rest {
		b.used += c.width
	}
}

func (b *wrapper) emit(cells []cell) {
	var l Line
	if b.indent > 0 && len(b.lines) > 0 {
		l = Line{{Text: spaces(b.indent)}}
	}
	for _, c := range cells {
		l = l.add(c.Text, c.Style)
	}
	b.lines = append(b.lines, l)
}

func (b *wrapper) finish() []Line {
	if len(b.line) > 0 || len(b.lines) == 0 {
		b.emit(b.line)
	}
	return b.lines
}
