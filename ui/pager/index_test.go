package pager

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// texts generates short, long and empty lines around the size of a block.
func texts() *rapid.Generator[[]byte] {
	return rapid.Custom(func(t *rapid.T) []byte {
		var b []byte
		for range rapid.IntRange(0, 12).Draw(t, "parts") {
			part := rapid.SampledFrom([]string{"\n", "a\n", "\n\n\n", "日本\n", "x", "\xff", "e\u0301 ", "\tb"}).Draw(t, "part")
			b = append(b, strings.Repeat(part, rapid.SampledFrom([]int{1, 2, 50, 3000, blockSize}).Draw(t, "times"))...)
		}
		return b
	})
}

func open(b []byte, memory bool) *bytesDocument {
	src := &source{size: int64(len(b))}
	if memory {
		src.data = b
	} else {
		src.r = bytes.NewReader(b)
	}
	d := &bytesDocument{src: src, index: newIndex()}
	d.index.add(b)
	d.index.finish(nil)
	return d
}

func TestIndexFindsEveryLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := texts().Draw(t, "text")
		d := open(b, rapid.Bool().Draw(t, "memory"))
		lines := bytes.Split(b, []byte("\n"))
		if len(lines[len(lines)-1]) == 0 {
			lines = lines[:len(lines)-1]
		}
		if n, _ := d.lines(); n != len(lines) {
			t.Fatalf("%d lines, want %d", n, len(lines))
		}
		at := int64(0)
		for i, l := range lines {
			if i < 20 || i > len(lines)-20 || i%997 == 0 {
				start, end := d.index.bounds(d.src, i)
				if start != at || end != at+int64(len(l)) {
					t.Fatalf("line %d is %d to %d, want %d to %d", i, start, end, at, at+int64(len(l)))
				}
				if got := d.index.lineOf(d.src, start); got != i {
					t.Fatalf("offset %d is in line %d, want %d", start, got, i)
				}
				if got := d.index.lineOf(d.src, end); end < d.src.size && got != i {
					t.Fatalf("offset %d is in line %d, want %d", end, got, i)
				}
			}
			at += int64(len(l)) + 1
		}
	})
}

// Going down row by row visits every byte once, and going up visits the same
// rows.
func TestRowsUpAndDownAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := texts().Draw(t, "text")
		d := open(b, true)
		w := rapid.SampledFrom([]int{0, 1, 7, 80}).Draw(t, "width")
		from := d.align(pos{line: rapid.IntRange(0, 50).Draw(t, "line"), off: int64(rapid.IntRange(0, len(b)).Draw(t, "off"))}, w)
		down := []pos{from}
		for range 300 {
			p, ok := d.next(down[len(down)-1], w)
			if !ok {
				break
			}
			if !down[len(down)-1].before(p) {
				t.Fatalf("the row behind %v is %v", down[len(down)-1], p)
			}
			down = append(down, p)
		}
		up := down[len(down)-1]
		for i := len(down) - 2; i >= 0; i-- {
			p, ok := d.previous(up, w)
			if !ok || p != down[i] {
				t.Fatalf("width %d: above %v is %v, want %v", w, up, p, down[i])
			}
			up = p
		}
	})
}

func TestSourceReadsAcrossPages(t *testing.T) {
	b := make([]byte, 5*pageSize+77)
	for i := range b {
		b[i] = byte(i / 3)
	}
	rapid.Check(t, func(t *rapid.T) {
		src := &source{r: bytes.NewReader(b), size: int64(len(b))}
		for range 20 {
			off := rapid.IntRange(0, len(b)).Draw(t, "off")
			n := rapid.IntRange(0, 3*pageSize).Draw(t, "n")
			if got, want := src.read(int64(off), n), b[off:min(off+n, len(b))]; !bytes.Equal(got, want) {
				t.Fatalf("read(%d, %d) gives %d bytes, want %d", off, n, len(got), len(want))
			}
		}
	})
}

type brokenReader struct{}

func (brokenReader) ReadAt(b []byte, off int64) (int, error) {
	return 0, errors.New("segment is gone")
}

func TestAReadErrorIsSaid(t *testing.T) {
	p, s := newPager(t, 40, 5)
	p.SetSource(brokenReader{}, 1000)
	p.indexing.wait()
	draw(p, s)
	if got := p.Status(); got != "cannot read the text: segment is gone" {
		t.Errorf("status %q", got)
	}
}

func TestSourceBehindAReader(t *testing.T) {
	b := numbered(100_000)
	p, s := newPager(t, 40, 5)
	done := make(chan struct{}, 10)
	p.SetNotifyFunc(func() { done <- struct{}{} })
	p.SetSource(io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), int64(len(b)))
	if got := sight(p, s)[0]; got != "line 1" {
		t.Errorf("before the index is complete: %q", got)
	}
	<-done
	press(p, 'G')
	if got := sight(p, s)[4]; got != "line 100000" {
		t.Errorf("at the end: %q", got)
	}
}
