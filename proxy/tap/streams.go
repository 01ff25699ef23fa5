package tap

import (
	"time"

	"httpwhy/inspector/exchange"
)

// Stream is an HTTP/2 request that has no byte of an answer.
type Stream struct {
	ID      uint32
	Request exchange.Message
}

// Streams are the requests of an HTTP/2 connection on which the server answered
// nothing at all, so that the proxy may answer in its place.
type Streams struct {
	All []Stream
	// Begun: the server sent its SETTINGS, which must come first.
	Begun bool
	// Window is the number of bytes of content that the client takes of all
	// streams together, and of each.
	Window int
}

// defaultWindow is the initial flow-control window (RFC 9113 section 6.9.2).
const defaultWindow = 65535

// OutstandingStreams returns the requests that the proxy may answer itself with
// SyntheticStream; none if the server answered any request of the connection, or
// was cut off inside a frame. It must be asked before Closed is told.
func (c *Conn) OutstandingStreams() (s Streams) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.reader.(*http2Reader)
	if c.blind || !ok {
		return s
	}
	d := &h.dirs[fromServer]
	if h.answered || h.gone > 0 || d.have > 0 || d.inside || d.block.open {
		return s
	}
	s.Begun, s.Window = d.any, min(h.window, defaultWindow)
	for _, stream := range h.sorted() {
		if stream.awaiting && len(stream.x.Interim) == 0 {
			s.All = append(s.All, Stream{stream.id, stream.x.Request})
		}
	}
	return s
}

// SyntheticStream tells that the proxy answered a stream itself, as Synthetic
// does for HTTP/1.
func (c *Conn) SyntheticStream(id uint32, resp *exchange.Message, body []byte, f *exchange.Failure, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.reader.(*http2Reader)
	if c.blind || !ok || h.streams[id] == nil {
		return
	}
	defer c.recover(at)
	s := h.streams[id]
	h.drop(s)
	s.synthetic(resp, body, f, at)
}
