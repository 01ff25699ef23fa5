package ui

import (
	"io"

	"httpwhy/inspector/content"
)

// hexDump is the dump of bytes, made where it is read: a dump takes four times
// the room of what it shows.
type hexDump []byte

// hexLine is the length of a full line with its line feed.
var hexLine = int64(len(content.HexLine(make([]byte, content.HexWidth), 0)) + 1)

// size is the length of the dump.
func (h hexDump) size() int64 {
	full, rest := len(h)/content.HexWidth, len(h)%content.HexWidth
	n := int64(full) * hexLine
	if rest > 0 {
		n += int64(len(content.HexLine(h[len(h)-rest:], 0)) + 1)
	}
	return n
}

// ReadAt is that of io.ReaderAt.
func (h hexDump) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		line := int(off / hexLine)
		from := line * content.HexWidth
		if from >= len(h) {
			return n, io.EOF
		}
		text := content.HexLine(h[from:min(from+content.HexWidth, len(h))], int64(from)) + "\n"
		skip := int(off % hexLine)
		if skip >= len(text) {
			return n, io.EOF
		}
		copied := copy(p[n:], text[skip:])
		n, off = n+copied, off+int64(copied)
	}
	return n, nil
}
