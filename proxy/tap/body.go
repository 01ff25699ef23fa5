package tap

import (
	"bytes"
	"errors"
	"strconv"
	"time"
)

// maxChunkLine bounds the line of a chunk's size with its extensions.
const maxChunkLine = 16 << 10

var (
	errChunkSize = errors.New("a chunk size is not a hexadecimal number")
	errChunkLine = errors.New("the line of a chunk size is too long")
	errChunkEnd  = errors.New("a chunk is longer than its size says")
	errTrailer   = errors.New("the trailer section is too large")
)

// bodyReader finds the end of one body.
type bodyReader struct {
	framing framing
	left    int64 // of the body, or of the chunk
	state   chunkState
	line    []byte // a line in pieces, or the trailer section
	excerpt []byte // of what was not valid
}

type chunkState int

const (
	chunkSize chunkState = iota
	chunkData
	chunkEnd // the line end behind the data
	chunkTrailer
)

func (b *bodyReader) reset(f framing, length int64) {
	*b = bodyReader{framing: f, left: length, line: b.line[:0]}
}

// read passes the content at the start of in to p and returns the rest of in.
// Ended, b.line holds the trailer section.
func (b *bodyReader) read(p *pending, side int, in []byte, at time.Time) (rest []byte, ended bool, err error) {
	switch b.framing {
	case noBody:
		return in, true, nil
	case untilClose:
		p.content(side, in, at)
		return nil, false, nil
	case fixedLength:
		in = b.data(p, side, in, at)
		return in, b.left == 0, nil
	}
	for len(in) > 0 && err == nil && !ended {
		switch b.state {
		case chunkSize:
			in, err = b.size(in)
		case chunkData:
			if in = b.data(p, side, in, at); b.left == 0 {
				b.state = chunkEnd
			}
		case chunkEnd:
			in, err = b.endOfChunk(in)
		case chunkTrailer:
			in, ended, err = b.trailer(in)
		}
	}
	return in, ended, err
}

func (b *bodyReader) data(p *pending, side int, in []byte, at time.Time) []byte {
	n := int(min(int64(len(in)), b.left))
	if n > 0 {
		p.content(side, in[:n], at)
		b.left -= int64(n)
	}
	return in[n:]
}

// size reads the line of a chunk's size (RFC 9112 section 7.1).
func (b *bodyReader) size(in []byte) ([]byte, error) {
	i := bytes.IndexByte(in, '\n')
	if i < 0 || len(b.line) > 0 {
		n := len(in)
		if i >= 0 {
			n = i + 1
		}
		if len(b.line)+n > maxChunkLine {
			return nil, b.invalid(append(b.line, in[:n]...), errChunkLine)
		}
		if b.line = append(b.line, in[:n]...); i < 0 {
			return nil, nil
		}
	}
	line := b.line
	if len(line) == 0 {
		if i > maxChunkLine {
			return nil, b.invalid(in, errChunkLine)
		}
		line = in[:i+1]
	}
	n, ok := parseChunkSize(line)
	if !ok {
		return nil, b.invalid(line, errChunkSize)
	}
	b.line, b.left, b.state = b.line[:0], n, chunkData
	if n == 0 {
		b.state = chunkTrailer
	}
	return in[i+1:], nil
}

// invalid keeps an excerpt of what err is about.
func (b *bodyReader) invalid(what []byte, err error) error {
	b.excerpt = append([]byte(nil), what[:min(len(what), maxStart)]...)
	return err
}

// parseChunkSize reads the number before the extensions, with no more white
// space than browsers allow.
func parseChunkSize(line []byte) (int64, bool) {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if i := bytes.IndexByte(line, ';'); i >= 0 {
		line = line[:i]
	}
	line = bytes.TrimRight(line, " ")
	n, err := strconv.ParseUint(string(line), 16, 63)
	return int64(n), err == nil
}

// endOfChunk reads the CRLF, or LF, behind a chunk's data.
func (b *bodyReader) endOfChunk(in []byte) ([]byte, error) {
	switch {
	case in[0] == '\n':
		b.state, b.line = chunkSize, b.line[:0]
		return in[1:], nil
	case in[0] == '\r' && len(b.line) == 0:
		b.line = append(b.line, '\r')
		return in[1:], nil
	}
	return nil, b.invalid(append(b.line, in[0]), errChunkEnd)
}

// trailer reads the trailer section (RFC 9112 section 7.1.2) up to its empty
// line.
func (b *bodyReader) trailer(in []byte) ([]byte, bool, error) {
	for i, c := range in {
		if b.line = append(b.line, c); len(b.line) > maxHead {
			return nil, false, errTrailer
		}
		if c == '\n' && emptyLastLine(b.line) {
			return in[i+1:], true, nil
		}
	}
	return nil, false, nil
}

// emptyLastLine reports whether the last line of b, which ends with LF, is empty.
func emptyLastLine(b []byte) bool {
	b = bytes.TrimSuffix(b[:len(b)-1], []byte("\r"))
	return len(b) == 0 || b[len(b)-1] == '\n'
}
