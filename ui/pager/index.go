package pager

import (
	"bytes"
	"sort"
	"sync"
)

// blockSize is the distance of the marks: finding a line reads at most so much.
const blockSize = 8 << 10

// mark is the beginning of a line.
type mark struct {
	line int
	off  int64
}

// index finds lines by number and by offset. It remembers the line begins behind
// the first and the last line feed of each block, so that its size depends on
// the size of the text alone, and a line without a line feed for megabytes is
// never searched for one. It grows while a text is scanned.
type index struct {
	mu       sync.Mutex
	marks    []mark
	feeds    int   // line feeds seen
	scanned  int64 // bytes seen
	complete bool
	err      error // why the text was not scanned to its end
}

func newIndex() *index { return &index{marks: []mark{{}}} }

// add takes in the bytes behind those seen so far.
func (x *index) add(b []byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for len(b) > 0 {
		block := b[:min(len(b), blockSize)]
		b = b[len(block):]
		if first := bytes.IndexByte(block, '\n'); first >= 0 {
			last := bytes.LastIndexByte(block, '\n')
			n := bytes.Count(block, []byte{'\n'})
			x.marks = append(x.marks, mark{x.feeds + 1, x.scanned + int64(first) + 1})
			if n > 1 {
				x.marks = append(x.marks, mark{x.feeds + n, x.scanned + int64(last) + 1})
			}
			x.feeds += n
		}
		x.scanned += int64(len(block))
	}
}

// finish ends the scan: completely, or at err.
func (x *index) finish(err error) {
	x.mu.Lock()
	x.complete, x.err = err == nil, err
	x.mu.Unlock()
}

func (x *index) problem() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.err
}

// state returns the number of lines and bytes known. A line feed at the very end
// begins no line.
func (x *index) state() (lines int, scanned int64, complete bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	lines = x.feeds
	if x.marks[len(x.marks)-1].off < x.scanned {
		lines++
	}
	return lines, x.scanned, x.complete
}

// before returns the last mark for which past does not hold and whether the next
// line begins at a mark too.
func (x *index) before(past func(mark) bool) (m mark, nextMarked bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	i := sort.Search(len(x.marks), func(i int) bool { return past(x.marks[i]) }) - 1
	m = x.marks[i]
	return m, i+1 == len(x.marks) || x.marks[i+1].line == m.line+1
}

// start returns the offset of the first byte of line n, counted from 0, or the
// end of what was scanned for the line behind the last.
func (x *index) start(src *source, n int) int64 {
	m, _ := x.before(func(m mark) bool { return m.line > n })
	x.mu.Lock()
	feeds, scanned := x.feeds, x.scanned
	x.mu.Unlock()
	if n > feeds {
		return scanned
	}
	off := m.off
	for line := m.line; line < n; {
		b := src.read(off, int(min(blockSize, scanned-off)))
		if len(b) == 0 {
			return off
		}
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			off += int64(len(b))
			continue
		}
		off += int64(i) + 1
		line++
	}
	return off
}

// bounds returns where line n begins and ends, its line feed excluded.
func (x *index) bounds(src *source, n int) (start, end int64) {
	start = x.start(src, n)
	end = x.start(src, n+1)
	if lines, _, _ := x.state(); n+1 < lines || end > start && lastIs(src, end, '\n') {
		end--
	}
	return start, max(start, end)
}

func lastIs(src *source, end int64, c byte) bool {
	b := src.read(end-1, 1)
	return len(b) == 1 && b[0] == c
}

// lineOf returns the number of the line that holds the byte at off.
func (x *index) lineOf(src *source, off int64) int {
	m, exact := x.before(func(m mark) bool { return m.off > off })
	if exact {
		return m.line
	}
	return m.line + bytes.Count(src.read(m.off, int(off-m.off)), []byte{'\n'})
}
