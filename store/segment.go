package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// segments is the writing end of the body segments. It belongs to the writer.
//
// Bytes behind the last committed position are referred to by nobody: after a
// crash, or after a write that failed, they are written over.
type segments struct {
	dir   string
	limit int64

	number uint32
	length int64 // of the segment, with buf
	file   *os.File
	// buf holds what was appended but not written: many small bodies make one
	// write.
	buf   []byte
	dirty bool
	// retired are full segments, not yet synced and closed by a commit.
	retired []*os.File
}

const (
	segmentBuffer = 256 << 10
	// direct is the size from which on a piece is written without a copy.
	direct = 32 << 10
)

// position is a place to rewind to.
type position struct {
	number uint32
	length int64
}

func (s *segments) position() position { return position{s.number, s.length} }

// append writes p, at the latest at the next flush.
func (s *segments) append(p []byte) (extent, error) {
	if s.length >= s.limit {
		if err := s.next(); err != nil {
			return extent{}, err
		}
	}
	e := extent{Segment: s.number, Offset: s.length, Length: int64(len(p))}
	if len(p) < direct {
		s.buf = append(s.buf, p...)
		s.length += int64(len(p))
		if len(s.buf) < segmentBuffer {
			return e, nil
		}
		return e, s.flush()
	}
	if err := s.flush(); err != nil {
		return e, err
	}
	if err := s.write(p, s.length); err != nil {
		return e, err
	}
	s.length += int64(len(p))
	return e, nil
}

func (s *segments) flush() error {
	if len(s.buf) == 0 {
		return nil
	}
	if err := s.write(s.buf, s.length-int64(len(s.buf))); err != nil {
		return err
	}
	s.buf = s.buf[:0]
	return nil
}

func (s *segments) write(p []byte, off int64) error {
	if s.file == nil {
		if err := s.open(); err != nil {
			return err
		}
	}
	s.dirty = true
	if _, err := s.file.WriteAt(p, off); err != nil {
		return fmt.Errorf("write bodies: %w", err)
	}
	return nil
}

// open opens the current segment, and makes it if there is none. A segment that
// is new needs its name on the disk too.
func (s *segments) open() error {
	f, err := os.OpenFile(segmentPath(s.dir, s.number), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open the file for bodies: %w", err)
	}
	if err := syncDir(filepath.Dir(f.Name())); err != nil {
		f.Close()
		return fmt.Errorf("open the file for bodies: %w", err)
	}
	s.file = f
	return nil
}

// next begins a new segment.
func (s *segments) next() error {
	if err := s.flush(); err != nil {
		return err
	}
	s.retire()
	s.number, s.length = s.number+1, 0
	return nil
}

// retire lets go of the current file. A commit under way may be syncing it, so
// the next one closes it.
func (s *segments) retire() {
	if s.file != nil && !slices.Contains(s.retired, s.file) {
		s.retired = append(s.retired, s.file)
	}
	s.file, s.dirty = nil, false
}

// takeUnsynced hands over the files to be synced before the next commit.
func (s *segments) takeUnsynced() []*os.File {
	files := s.retired
	s.retired = nil
	if s.dirty {
		files = append(files, s.file)
		s.dirty = false
	}
	return files
}

// giveBack takes back what takeUnsynced handed over. What is not synced has to
// be with the next commit.
func (s *segments) giveBack(files []*os.File, synced bool) {
	for _, f := range files {
		switch {
		case f == s.file:
			s.dirty = s.dirty || !synced
		case slices.Contains(s.retired, f): // in the meantime
		case synced:
			f.Close()
		default:
			s.retired = append(s.retired, f)
		}
	}
}

// rewind forgets what was appended after p.
func (s *segments) rewind(p position) {
	if s.number != p.number {
		s.retire()
	}
	s.number, s.length, s.buf = p.number, p.length, s.buf[:0]
}

func (s *segments) close() {
	s.retire()
	for _, f := range s.retired {
		f.Close()
	}
	s.retired, s.buf = nil, s.buf[:0]
}
