package tap

import (
	"bytes"

	"httpwhy/inspector/exchange"
)

// eventStream cuts a text/event-stream into its events (HTML, "Server-sent
// events", section 9.2.6).
type eventStream struct {
	block  []byte // the lines of the present event, with their ends
	size   int64  // their true length
	line   int    // where the present line begins in block, if it is kept
	length int    // bytes in the present line
	data   bool   // a data field was among the lines
	cr     bool   // the last byte was a CR, whose LF may follow
}

// feed reads the next bytes. event gets the lines of each event, which it must
// copy, and their true length.
func (e *eventStream) feed(b []byte, event func(lines []byte, size int64)) {
	for len(b) > 0 {
		if e.cr && b[0] == '\n' {
			b = b[1:]
		}
		e.cr = false
		i := bytes.IndexAny(b, "\r\n")
		if i < 0 {
			e.add(b)
			return
		}
		e.add(b[:i])
		e.cr = b[i] == '\r'
		b = b[i+1:]
		e.endLine(event)
	}
}

func (e *eventStream) add(b []byte) {
	e.length += len(b)
	e.size += int64(len(b))
	if room := exchange.HeadSize - len(e.block); room > 0 {
		e.block = append(e.block, b[:min(room, len(b))]...)
	}
}

// endLine ends the present line; an empty one dispatches the event. A block
// without a data field (a comment that keeps the connection alive, a retry
// time) is no event.
func (e *eventStream) endLine(event func(lines []byte, size int64)) {
	if e.length > 0 {
		e.data = e.data || e.isData()
		e.add([]byte("\n"))
		e.line, e.length = len(e.block), 0
		return
	}
	if e.data {
		event(e.block, e.size)
	}
	*e = eventStream{block: e.block[:0], cr: e.cr}
}

// isData reports whether the present line is a data field: "data" alone, or
// followed by a colon.
func (e *eventStream) isData() bool {
	line := e.block[min(e.line, len(e.block)):]
	return bytes.HasPrefix(line, []byte("data")) && (len(line) == 4 || line[4] == ':')
}
