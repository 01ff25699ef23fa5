package store

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// segmentLimit is the length at which a new segment is begun. Retention removes
// whole segments.
const segmentLimit = 64 << 20

// extent is a run of a body's bytes in a segment.
type extent struct {
	_       struct{} `cbor:",toarray"`
	Segment uint32
	Offset  int64
	Length  int64
	// CRC is that of the bytes (CRC-32C), checked when they are read.
	CRC uint32
}

// extents are those of the two bodies of an exchange.
type extents struct {
	_        struct{} `cbor:",toarray"`
	Request  []extent
	Response []extent
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func segmentPath(dir string, number uint32) string {
	return filepath.Join(dir, "segments", fmt.Sprintf("%08d.seg", number))
}

// segments is the writing end. What lies behind the last committed position, as
// after a crash, is overwritten.
type segments struct {
	dir  string
	at   position
	file *os.File
	// dirty: written since the last sync.
	dirty bool
}

// append writes p and says where it lies.
func (s *segments) append(p []byte) (extent, error) {
	if s.file == nil || s.at.length >= segmentLimit {
		if err := s.open(); err != nil {
			return extent{}, err
		}
	}
	s.dirty = true
	if _, err := s.file.WriteAt(p, s.at.length); err != nil {
		return extent{}, fmt.Errorf("write a body: %w", err)
	}
	e := extent{Segment: s.at.segment, Offset: s.at.length, Length: int64(len(p)), CRC: crc32.Checksum(p, castagnoli)}
	s.at.length += int64(len(p))
	return e, nil
}

// open opens the current segment, or the next if the current one is full.
func (s *segments) open() error {
	if s.file != nil {
		if err := s.sync(); err != nil {
			return err
		}
		s.file.Close()
		s.file = nil
	}
	if s.at.length >= segmentLimit {
		s.at = position{segment: s.at.segment + 1}
	}
	path := segmentPath(s.dir, s.at.segment)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder for bodies: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open the file for bodies: %w", err)
	}
	s.file = f
	return nil
}

// sync makes durable what was appended.
func (s *segments) sync() error {
	if !s.dirty {
		return nil
	}
	if err := s.file.Sync(); err != nil {
		return fmt.Errorf("sync bodies: %w", err)
	}
	s.dirty = false
	return nil
}

func (s *segments) close() {
	if s.file != nil {
		s.file.Close()
	}
}

// errDamaged is a body whose bytes are not those that were written.
var errDamaged = errors.New("the recorded body is damaged: its checksum does not match")

// readExtents reads up to n bytes from offset off of a body.
func readExtents(dir string, es []extent, off int64, n int) ([]byte, error) {
	var body []byte
	for _, e := range es {
		if off >= e.Length {
			off -= e.Length
			continue
		}
		if len(body) == n {
			break
		}
		p, err := readExtent(dir, e)
		if err != nil {
			return nil, err
		}
		p = p[off:]
		off = 0
		body = append(body, p[:min(len(p), n-len(body))]...)
	}
	return body, nil
}

func readExtent(dir string, e extent) ([]byte, error) {
	f, err := os.Open(segmentPath(dir, e.Segment))
	if err != nil {
		return nil, fmt.Errorf("open the recorded body: %w", err)
	}
	defer f.Close()
	p := make([]byte, e.Length)
	if _, err := io.ReadFull(io.NewSectionReader(f, e.Offset, e.Length), p); err != nil {
		return nil, fmt.Errorf("read the recorded body: %w", err)
	}
	if crc32.Checksum(p, castagnoli) != e.CRC {
		return nil, errDamaged
	}
	return p, nil
}
