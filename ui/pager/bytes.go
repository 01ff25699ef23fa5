package pager

import (
	"context"
	"unicode/utf8"

	"httpwhy/ui/text"
)

const (
	// longLine is where columns of an unwrapped line begin to be counted in
	// bytes: measuring the cells of a longer one would take too long.
	longLine = 64 << 10
	// tokenLine is the longest line that a Styler sees whole.
	tokenLine = 16 << 10
	// rowsPerBlock is how many full rows lie between two places in a wrapped
	// line at which a row always begins, so that rows can be found from any
	// place in it.
	rowsPerBlock = 64
)

// bytesDocument is text as it was received: lines end at line feeds, everything
// else is drawn, visibly. Wrapped rows break at the edge, not at words.
type bytesDocument struct {
	src   *source
	index *index

	blockKey block   // of starts
	starts   []int64 // offsets of the rows of one block
}

// block is a part of a wrapped line that is laid out by itself.
type block struct {
	from, to int64
	width    int
}

func (d *bytesDocument) lines() (int, bool) {
	n, _, complete := d.index.state()
	return n, complete
}

func (d *bytesDocument) problem() error {
	if d.src.err != nil {
		return d.src.err
	}
	return d.index.problem()
}

func (d *bytesDocument) fraction(p pos) float64 {
	if d.src.size == 0 {
		return 0
	}
	return float64(p.off) / float64(d.src.size)
}

// blockOf returns the block of a line from start to end that holds off. Blocks
// of ASCII are filled by full rows exactly.
func (d *bytesDocument) blockOf(start, end, off int64, width int) block {
	size := int64(width) * rowsPerBlock
	n := (off - start) / size
	from := d.boundary(start, end, start+n*size)
	if off < from && n > 0 { // the border moved behind off
		n--
		from = d.boundary(start, end, start+n*size)
	}
	return block{from, d.boundary(start, end, start+(n+1)*size), width}
}

// boundary moves a border between blocks to where no character is split: between
// two ASCII characters if there are some nearby, else to the next rune.
func (d *bytesDocument) boundary(start, end, off int64) int64 {
	if off <= start || off >= end {
		return min(max(off, start), end)
	}
	b := d.src.read(off-1, int(min(64, end-off+1)))
	for i := 1; i < len(b); i++ {
		if b[i-1] < utf8.RuneSelf && b[i] < utf8.RuneSelf {
			return off + int64(i) - 1
		}
	}
	for i := 1; i < min(len(b), utf8.UTFMax); i++ {
		if utf8.RuneStart(b[i]) {
			return off + int64(i) - 1
		}
	}
	return off
}

// rows returns where the rows of a block begin.
func (d *bytesDocument) rows(k block) []int64 {
	if d.blockKey == k && len(d.starts) > 0 {
		return d.starts
	}
	d.blockKey, d.starts = k, append(d.starts[:0], k.from)
	b := d.src.read(k.from, int(k.to-k.from))
	col := 0
	for i := 0; i < len(b); {
		c := clusterAt(b[i:], col)
		if col > 0 && col+c.Width > k.width {
			d.starts = append(d.starts, k.from+int64(i))
			col = 0
			c = clusterAt(b[i:], col)
		}
		col += c.Width
		i += c.Size
	}
	return d.starts
}

func (d *bytesDocument) align(p pos, width int) pos {
	n, _ := d.lines()
	if n == 0 {
		return pos{}
	}
	if p.line >= n {
		p = pos{n - 1, d.src.size}
	}
	start, end := d.index.bounds(d.src, p.line)
	p.off = min(max(p.off, start), end)
	if width <= 0 {
		return pos{p.line, start}
	}
	off := p.off
	if off == end && off > start {
		off--
	}
	aligned := start
	for _, s := range d.rows(d.blockOf(start, end, off, width)) {
		if s <= p.off {
			aligned = s
		}
	}
	return pos{p.line, aligned}
}

func (d *bytesDocument) next(p pos, width int) (pos, bool) {
	n, _ := d.lines()
	if width > 0 && p.line < n {
		start, end := d.index.bounds(d.src, p.line)
		k := d.blockOf(start, end, p.off, width)
		for _, s := range d.rows(k) {
			if s > p.off {
				return pos{p.line, s}, true
			}
		}
		if k.to < end {
			return pos{p.line, k.to}, true
		}
	}
	if p.line+1 >= n {
		return p, false
	}
	return pos{p.line + 1, d.index.start(d.src, p.line+1)}, true
}

func (d *bytesDocument) previous(p pos, width int) (pos, bool) {
	if width > 0 {
		start, _ := d.index.bounds(d.src, p.line)
		if p.off > start {
			return d.align(pos{p.line, p.off - 1}, width), true
		}
	}
	if p.line == 0 {
		return p, false
	}
	_, end := d.index.bounds(d.src, p.line-1)
	return d.align(pos{p.line - 1, end}, width), true
}

func (d *bytesDocument) cells(n int) int {
	start, end := d.index.bounds(d.src, n)
	if end-start > longLine {
		return int(end - start)
	}
	return width(d.src.read(start, int(end-start)), 0)
}

func (d *bytesDocument) row(p pos, width, col, cells int, h highlight) text.Line {
	start, end := d.index.bounds(d.src, p.line)
	from, to := start, end
	switch {
	case width > 0:
		from = p.off
		if q, ok := d.next(p, width); ok && q.line == p.line {
			to = q.off
		}
		col, cells = 0, width
	case end-start > longLine:
		from = d.boundary(start, end, start+int64(col))
		to = d.boundary(start, end, from+int64(cells)*utf8.UTFMax+longestCluster)
		col = 0
	}
	pt := painter{escape: h.escape, spans: d.tokens(h.tokens, start, end, from, to), matches: d.matches(h, start, end, from, to)}
	return pt.paint(d.src.read(from, int(to-from)), col, col+cells)
}

// tokens returns the tokens of a line that touch the bytes from to to, relative
// to from.
func (d *bytesDocument) tokens(styler Styler, start, end, from, to int64) []Span {
	if styler == nil {
		return nil
	}
	if end-start > tokenLine {
		start, end = from, to
	}
	return shift(styler(d.src.read(start, int(end-start))), int(start-from))
}

// matches returns the places of a search that touch the bytes from to to,
// relative to from; matches may begin before it.
func (d *bytesDocument) matches(h highlight, start, end, from, to int64) []Span {
	n := int64(len(h.query.text))
	if n == 0 {
		return nil
	}
	if end-start > tokenLine {
		start, end = max(start, from-n+1), min(end, to+n-1)
	}
	var spans []Span
	h.query.each(d.src.read(start, int(end-start)), nil, func(i int) bool {
		style := h.match
		if h.marked && h.current.start == start+int64(i) {
			style = h.currentMatch
		}
		at := int(start-from) + i
		spans = append(spans, Span{at, at + int(n), style})
		return true
	})
	return spans
}

func shift(spans []Span, by int) []Span {
	out := make([]Span, len(spans))
	for i, s := range spans {
		out[i] = Span{s.Start + by, s.End + by, s.Style}
	}
	return out
}

func (d *bytesDocument) find(ctx context.Context, q query, found func([]match, float64) bool) {
	var buf []byte
	var free int64 // end of the last match
	_ = d.src.scan(ctx, 0, len(q.text)-1, func(off int64, b []byte, own int) bool {
		var batch []match
		skip := max(int(free-off), 0)
		buf = q.each(b[min(skip, len(b)):], buf, func(i int) bool {
			if i += skip; i >= own {
				return false
			}
			free = off + int64(i+len(q.text))
			batch = append(batch, match{start: off + int64(i)})
			return true
		})
		return found(batch, float64(off+int64(own))/float64(d.src.size))
	})
}

func (d *bytesDocument) locate(m match, rowWidth int) (pos, int, bool) {
	if _, scanned, _ := d.index.state(); m.start >= scanned {
		return pos{}, 0, false
	}
	line := d.index.lineOf(d.src, m.start)
	start, end := d.index.bounds(d.src, line)
	col := int(m.start - start)
	if end-start <= longLine {
		col = width(d.src.read(start, col), 0)
	}
	return d.align(pos{line, m.start}, rowWidth), col, true
}
