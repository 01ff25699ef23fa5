package content

import (
	"fmt"
	"strings"
)

// HexWidth is the number of bytes on a line of a hex dump.
const HexWidth = 16

// HexLine writes up to HexWidth bytes that stand at an offset of a body:
//
//	00000010  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 0a           Hello, world.
func HexLine(b []byte, offset int64) string {
	b = b[:min(len(b), HexWidth)]
	var line strings.Builder
	fmt.Fprintf(&line, "%08x ", offset)
	for i := range HexWidth {
		if i%8 == 0 {
			line.WriteByte(' ')
		}
		if i < len(b) {
			fmt.Fprintf(&line, "%02x ", b[i])
		} else {
			line.WriteString("   ")
		}
	}
	line.WriteByte(' ')
	for _, c := range b {
		if c < ' ' || c > '~' {
			c = '.'
		}
		line.WriteByte(c)
	}
	return line.String()
}

// HexDump writes all of b, whose first byte has the given offset.
func HexDump(b []byte, offset int64) string {
	var dump strings.Builder
	for len(b) > 0 {
		n := min(len(b), HexWidth)
		dump.WriteString(HexLine(b[:n], offset))
		dump.WriteByte('\n')
		b, offset = b[n:], offset+int64(n)
	}
	return dump.String()
}
