package text

import (
	"strings"

	"github.com/gdamore/tcell/v2"
)

// Run is text in one style. Its text is visible already (see Visible); drawing
// escapes what is not.
type Run struct {
	Text  string
	Style tcell.Style
}

// Line is one line of the screen: runs from left to right.
type Line []Run

// Plain returns a line of one run in the terminal's own colours.
func Plain(s string) Line { return Line{{Text: s}} }

// Styled returns a line of one run.
func Styled(s string, style tcell.Style) Line { return Line{{Text: s, Style: style}} }

// VisibleRuns returns s with what Visible writes out in the style escape and all
// else in style.
func VisibleRuns(s string, style, escape tcell.Style) Line {
	if isPlain(s) {
		return Styled(s, style)
	}
	var line Line
	for s != "" {
		c := First(s)
		st := style
		if c.Escaped {
			st = escape
		}
		line = line.add(c.Text, st)
		s = s[c.Size:]
	}
	return line
}

// add appends text, to the last run where the style is the same.
func (l Line) add(s string, style tcell.Style) Line {
	if n := len(l); n > 0 && l[n-1].Style == style {
		l[n-1].Text += s
		return l
	}
	return append(l, Run{Text: s, Style: style})
}

// String returns the text of the line without its styles.
func (l Line) String() string {
	if len(l) == 1 {
		return l[0].Text
	}
	var b strings.Builder
	for _, r := range l {
		b.WriteString(r.Text)
	}
	return b.String()
}

// Width returns the number of cells that the line takes.
func (l Line) Width() int {
	w := 0
	for _, r := range l {
		w += Width(r.Text)
	}
	return w
}

// Cut returns the line, or its beginning with mark behind it, in w cells. The
// mark has the style of the run it cuts.
func (l Line) Cut(w int, mark string) Line {
	if l.Width() <= w {
		return l
	}
	if m := Width(mark); m < w {
		w -= m
	} else {
		mark = ""
	}
	var out Line
	for _, r := range l {
		if rw := Width(r.Text); rw <= w {
			out, w = append(out, r), w-rw
			continue
		}
		return append(out, Run{Text: head(r.Text, w) + mark, Style: r.Style})
	}
	return out
}

// Restyle returns the line with every style changed by f.
func (l Line) Restyle(f func(tcell.Style) tcell.Style) Line {
	out := make(Line, len(l))
	for i, r := range l {
		out[i] = Run{Text: r.Text, Style: f(r.Style)}
	}
	return out
}

// Draw draws the line at x, y within w cells and returns the number of cells
// drawn. It leaves the cells behind it alone.
func (l Line) Draw(screen tcell.Screen, x, y, w int) int {
	return l.DrawFrom(screen, x, y, w, 0)
}

// DrawFrom is Draw without the first skip cells of the line: horizontal
// scrolling. A wide character that only half fits, at either end, is drawn as a
// space.
func (l Line) DrawFrom(screen tcell.Screen, x, y, w, skip int) int {
	col := -skip
	for _, r := range l {
		for s := r.Text; s != ""; {
			if col >= w {
				return w
			}
			c := First(s)
			s = s[c.Size:]
			switch {
			case col >= 0 && col+c.Width <= w:
				put(screen, x+col, y, c, r.Style)
			case col+c.Width > 0:
				fill(screen, x+max(col, 0), y, min(col+c.Width, w)-max(col, 0), r.Style)
			}
			col += c.Width
		}
	}
	return min(max(col, 0), w)
}

// put draws a cluster. An escape such as ^[ is several characters.
func put(screen tcell.Screen, x, y int, c Cluster, style tcell.Style) {
	if !c.Escaped {
		screen.Put(x, y, c.Text, style)
		return
	}
	for s := c.Text; s != ""; {
		rest, w := screen.Put(x, y, s, style)
		if w == 0 || len(rest) >= len(s) {
			return
		}
		s, x = rest, x+w
	}
}

func fill(screen tcell.Screen, x, y, n int, style tcell.Style) {
	for i := range n {
		screen.Put(x+i, y, " ", style)
	}
}

// Fill draws n spaces at x, y: the background of a row behind its line.
func Fill(screen tcell.Screen, x, y, n int, style tcell.Style) { fill(screen, x, y, n, style) }

// Slice returns cells from to to of the line. A wide character that lies half
// outside is replaced by spaces.
func (l Line) Slice(from, to int) Line {
	var out Line
	col := 0
	for _, r := range l {
		for s := r.Text; s != "" && col < to; {
			c := First(s)
			s = s[c.Size:]
			switch a, b := max(col, from), min(col+c.Width, to); {
			case a >= b:
			case b-a == c.Width:
				out = out.add(c.Text, r.Style)
			default:
				out = out.add(spaces(b-a), r.Style)
			}
			col += c.Width
		}
	}
	return out
}
