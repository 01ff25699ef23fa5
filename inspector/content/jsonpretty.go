package content

import (
	"bufio"
	"bytes"
	"io"
)

const (
	// prettyFlat is the width up to which an inner object or list without
	// others in it stays on one line.
	prettyFlat = 72
	// prettyDepth is the nesting behind which lines are not broken any more, so
	// that a megabyte of brackets does not become gigabytes of spaces.
	prettyDepth = 32
)

// PrettyJSON writes data with one member per line. Numbers, strings, the order
// of keys and duplicate keys stay as sent. Where data is not JSON, the rest
// follows unchanged and the *JSONError is returned; other errors are those of w.
func PrettyJSON(w io.Writer, data []byte) error {
	out := bufio.NewWriterSize(w, 64<<10)
	p := prettyPrinter{out: out, data: data, r: newJSONReader(data)}
	p.put(string(bytes.TrimPrefix(data[:p.r.pos], []byte(bom))))
	if p.r.pos > len(bom) {
		p.put("\n")
	}
	p.print()
	if fault := p.r.fault; fault != nil {
		p.putBytes(data[p.last:])
		if err := out.Flush(); err != nil {
			return err
		}
		return fault
	}
	return out.Flush()
}

type prettyPrinter struct {
	out  *bufio.Writer
	data []byte
	r    *jsonReader
	last int // end of what was printed of data
	// flatUntil is the end of the container that is printed on one line.
	flatUntil int
}

// put and putBytes leave errors to Flush, which returns the first one.
func (p *prettyPrinter) put(s string)      { _, _ = p.out.WriteString(s) }
func (p *prettyPrinter) putBytes(b []byte) { _, _ = p.out.Write(b) }

func (p *prettyPrinter) print() {
	previous := byte(0)
	for {
		depth := len(p.r.stack)
		t := p.r.next()
		if t.kind == 0 {
			if p.r.fault != nil && previous != 0 {
				p.last = p.last + len(p.data[p.last:]) - len(bytes.TrimLeft(p.data[p.last:], " \t\r\n"))
				p.line(depth)
			}
			return
		}
		p.space(t, previous, depth)
		p.putBytes(p.data[t.start:t.end])
		p.last = t.end
		if (t.kind == '{' || t.kind == '[') && depth > 0 && t.end > p.flatUntil {
			p.flatUntil = max(p.flatUntil, p.flatEnd(t))
		}
		previous = t.kind
	}
}

// space writes what stands between the previous token and t, which was read at
// the given depth.
func (p *prettyPrinter) space(t jsonToken, previous byte, depth int) {
	opened := previous == '{' || previous == '['
	closes := t.kind == '}' || t.kind == ']'
	flat := t.start < p.flatUntil || depth > prettyDepth
	switch {
	case previous == 0 || t.kind == ',' || t.kind == ':' || opened && closes:
	case previous == ':':
		p.put(" ")
	case depth == 0:
		p.put("\n") // the next document of NDJSON
	case flat:
		if previous == ',' || previous == '{' || t.kind == '}' {
			p.put(" ")
		}
	case closes:
		p.line(depth - 1)
	default:
		p.line(depth)
	}
}

func (p *prettyPrinter) line(depth int) {
	p.put("\n")
	for range min(depth, prettyDepth) {
		p.put("  ")
	}
}

// flatEnd is the end of the container that t opens if it fits on a line and
// has no container within, else 0.
func (p *prettyPrinter) flatEnd(t jsonToken) int {
	inString := false
	for i := t.end; i < len(p.data) && i < t.end+prettyFlat; i++ {
		switch c := p.data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '}' || c == ']':
			return i + 1
		case c == '{' || c == '[':
			return 0
		}
	}
	return 0
}
