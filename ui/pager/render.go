package pager

import (
	"unicode/utf8"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/text"
)

// tabWidth is the distance of tab stops, counted from the beginning of the row.
const tabWidth = 4

// longestCluster bounds what is looked at to find one: emoji families are below
// 40 bytes, and stacks of combining marks may be cut.
const longestCluster = 128

// highlight says which places of a row are marked, and how.
type highlight struct {
	query   query // empty: no search
	current match
	marked  bool // current is set

	match, currentMatch, escape tcell.Style
	tokens                      Styler
}

// clusterAt returns the first cluster of b, which stands in column col of its
// row. Tabs reach to the next stop.
func clusterAt(b []byte, col int) text.Cluster {
	switch {
	case b[0] == '\t':
		w := tabWidth - col%tabWidth
		return text.Cluster{Text: "    "[:w], Size: 1, Width: w}
	case b[0] >= 0x20 && b[0] < 0x7f && (len(b) == 1 || b[1] < utf8.RuneSelf):
		return text.Cluster{Text: string(b[:1]), Size: 1, Width: 1}
	}
	if len(b) > longestCluster {
		n := longestCluster
		for n > longestCluster-utf8.UTFMax && !utf8.RuneStart(b[n]) {
			n--
		}
		b = b[:n]
	}
	return text.First(string(b))
}

// width returns the cells that b takes from column col on.
func width(b []byte, col int) int {
	from := col
	for len(b) > 0 {
		c := clusterAt(b, col)
		col += c.Width
		b = b[c.Size:]
	}
	return col - from
}

// painter turns bytes into runs.
type painter struct {
	spans   []Span // of tokens, ascending
	matches []Span
	escape  tcell.Style

	line  text.Line
	buf   []byte
	style tcell.Style
}

// paint lays out b and returns cells from to to of it.
func (p *painter) paint(b []byte, from, to int) text.Line {
	col := 0
	for i := 0; i < len(b) && col < to; {
		c := clusterAt(b[i:], col)
		if col+c.Width > from {
			s := c.Text
			if col < from || col+c.Width > to {
				s = text.Plain(s).Slice(from-col, to-col).String()
			}
			p.add(s, p.styleAt(i, c.Escaped))
		}
		col += c.Width
		i += c.Size
	}
	p.flush()
	return p.line
}

// styleAt drops the spans that end before i, which only grows.
func (p *painter) styleAt(i int, escaped bool) tcell.Style {
	if s, ok := covering(&p.matches, i); ok {
		return s.Style
	}
	if escaped {
		return p.escape
	}
	s, _ := covering(&p.spans, i)
	return s.Style
}

func covering(spans *[]Span, i int) (Span, bool) {
	for len(*spans) > 0 && (*spans)[0].End <= i {
		*spans = (*spans)[1:]
	}
	if len(*spans) > 0 && (*spans)[0].Start <= i {
		return (*spans)[0], true
	}
	return Span{}, false
}

func (p *painter) add(s string, style tcell.Style) {
	if style != p.style {
		p.flush()
		p.style = style
	}
	p.buf = append(p.buf, s...)
}

func (p *painter) flush() {
	if len(p.buf) > 0 {
		p.line = append(p.line, text.Run{Text: string(p.buf), Style: p.style})
		p.buf = p.buf[:0]
	}
}
