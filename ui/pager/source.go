package pager

import (
	"context"
	"errors"
	"io"
)

const (
	pageSize  = 64 << 10
	pagesKept = 8
	scanSize  = 256 << 10 // what a scan reads at once
)

// source is a text at rest: in memory, or behind an io.ReaderAt with a few pages
// kept. read is for the drawing goroutine alone, scan for any.
type source struct {
	data []byte
	r    io.ReaderAt
	size int64

	pages []page // least recently read first
	err   error  // of the last read that failed
}

type page struct {
	off  int64
	data []byte
}

// read returns up to n bytes from off, fewer at the end or after an error, which
// it keeps. The result must not be changed or kept.
func (s *source) read(off int64, n int) []byte {
	n = int(min(int64(n), s.size-off))
	if n <= 0 {
		return nil
	}
	if s.r == nil {
		return s.data[off:][:n]
	}
	first := off / pageSize * pageSize
	b := s.page(first)
	if skip := int(off - first); skip+n <= len(b) {
		return b[skip:][:n]
	}
	out := make([]byte, 0, n)
	for at := first; len(out) < n; at += pageSize {
		b := s.page(at)
		from := min(max(int(off-at), 0), len(b))
		out = append(out, b[from:min(from+n-len(out), len(b))]...)
		if len(b) < pageSize {
			break
		}
	}
	return out
}

func (s *source) page(off int64) []byte {
	for i, p := range s.pages {
		if p.off == off {
			s.pages = append(append(s.pages[:i], s.pages[i+1:]...), p)
			return p.data
		}
	}
	b := make([]byte, min(pageSize, max(s.size-off, 0)))
	n, err := s.r.ReadAt(b, off)
	if n < len(b) {
		s.err = tooShort(err)
	} else {
		if len(s.pages) == pagesKept {
			s.pages = append(s.pages[:0], s.pages[1:]...)
		}
		s.pages = append(s.pages, page{off, b})
	}
	return b[:n]
}

// scan calls f with the text from offset from on, piece by piece. A piece goes
// tail bytes beyond the place where the next one begins, so that a match across
// the border is seen; f is told how many bytes of it are its own. It ends when f
// returns false, ctx ends or reading fails.
func (s *source) scan(ctx context.Context, from int64, tail int, f func(off int64, b []byte, own int) bool) error {
	var buf []byte
	if s.r != nil {
		buf = make([]byte, scanSize+tail)
	}
	for off := from; off < s.size; off += scanSize {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := int(min(int64(scanSize+tail), s.size-off))
		var b []byte
		if s.r == nil {
			b = s.data[off:][:n]
		} else {
			b = buf[:n]
			if read, err := s.r.ReadAt(b, off); read < n {
				return tooShort(err)
			}
		}
		if !f(off, b, min(n, scanSize)) {
			return nil
		}
	}
	return nil
}

// tooShort is the error of a text that ends before its size.
func tooShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
