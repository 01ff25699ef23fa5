package tap

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"golang.org/x/net/http2/hpack"

	"httpwhy/inspector/exchange"
)

// The frame types and flags of RFC 9113 section 6 that matter here.
const (
	frameData         = 0
	frameHeaders      = 1
	frameReset        = 3
	frameSettings     = 4
	framePushPromise  = 5
	frameGoAway       = 7
	frameContinuation = 9

	flagAck, flagEndStream = 1, 1
	flagEndHeaders         = 4
	flagPadded             = 8
	flagPriority           = 32
)

// maxFrame bounds the frames that must be read whole.
const maxFrame = 1 << 20

var (
	errFrameSize  = errors.New("a frame is too short or too long")
	errFrameOrder = errors.New("a frame came inside a field block")
	errFrameLong  = errors.New("a frame is longer than is read here")
)

// direction reads the frames of one direction.
type direction struct {
	side    int
	preface int // bytes of the client's preface to come
	head    [9]byte
	have    int // bytes of head
	at      time.Time
	any     bool // a frame came

	// The present frame.
	inside  bool
	kind    byte
	flags   byte
	id      uint32
	left    int
	skip    bool   // its payload is not needed
	payload []byte // in pieces
	// Of a DATA frame.
	stream *stream
	padded bool // the length of the padding comes next
	pad    int

	decoder *hpack.Decoder
	block   fieldBlock
}

func (h *http2Reader) bytes(side int, p []byte, at time.Time) {
	d := &h.dirs[side]
	if n := min(d.preface, len(p)); n > 0 {
		if string(p[:n]) != preface[len(preface)-d.preface:][:n] {
			h.c.giveUp("the client did not begin with the HTTP/2 preface", at)
			return
		}
		d.preface -= n
		p = p[n:]
	}
	for len(p) > 0 && !h.c.blind {
		var err error
		if p, err = h.read(d, p, at); err != nil {
			if side == fromServer && !errors.Is(err, errFrameLong) && !errors.Is(err, hpack.ErrStringLength) {
				h.failAll(&exchange.Failure{
					Kind: exchange.MalformedResponse, Peer: exchange.ServerPeer,
					Message: "the server's HTTP/2 frames cannot be read: " + err.Error(),
				}, at)
			}
			h.c.giveUp("its HTTP/2 frames could not be followed ("+err.Error()+")", at)
		}
	}
}

// read reads the rest of the present frame, or the head of the next.
func (h *http2Reader) read(d *direction, p []byte, at time.Time) ([]byte, error) {
	if !d.inside {
		if d.have == 0 {
			d.at = at
		}
		n := copy(d.head[d.have:], p)
		if d.have += n; d.have < len(d.head) {
			return nil, nil
		}
		d.have = 0
		if err := h.startFrame(d, at); err != nil {
			return nil, err
		}
		p = p[n:]
		if d.left > 0 {
			return p, nil
		}
		d.inside = false
		return p, h.endFrame(d, nil, at)
	}
	n := min(d.left, len(p))
	chunk := p[:n]
	d.left -= n
	d.inside = d.left > 0
	switch {
	case d.kind == frameData:
		h.data(d, chunk, at)
		if !d.inside {
			return p[n:], h.endFrame(d, nil, at)
		}
	case d.skip:
	case d.inside:
		d.payload = append(d.payload, chunk...)
	default:
		if len(d.payload) > 0 {
			chunk = append(d.payload, chunk...)
			d.payload = chunk[:0]
		}
		err := h.endFrame(d, chunk, at)
		if d.payload = d.payload[:0]; cap(d.payload) > 64<<10 {
			d.payload = nil
		}
		return p[n:], err
	}
	return p[n:], nil
}

// startFrame reads the head of a frame (RFC 9113 section 4.1).
func (h *http2Reader) startFrame(d *direction, at time.Time) error {
	d.left = int(d.head[0])<<16 | int(d.head[1])<<8 | int(d.head[2])
	d.kind, d.flags = d.head[3], d.head[4]
	d.id = binary.BigEndian.Uint32(d.head[5:]) &^ (1 << 31)
	d.inside, d.skip = true, false
	if !d.any && d.kind != frameSettings {
		if d.side == fromServer {
			h.notHTTP2(d, at)
			return nil
		}
		return errors.New("the first frame is not SETTINGS")
	}
	d.any = true
	if d.block.open != (d.kind == frameContinuation) {
		return errFrameOrder
	}
	switch d.kind {
	case frameData:
		d.stream = h.streams[d.id]
		d.padded, d.pad = d.flags&flagPadded != 0, 0
		return h.frameSize(d)
	case frameHeaders:
		h.answered = h.answered || d.side == fromServer
		if s := h.streams[d.id]; s != nil && d.side == fromServer && s.awaiting {
			s.firstByte(d.at)
		}
		d.block.begin(d.id, d.flags&flagEndStream != 0, d.at)
	case framePushPromise:
		d.block.begin(d.id, false, d.at)
		d.block.promised = true
	case frameContinuation:
		if d.id != d.block.stream {
			return errFrameOrder
		}
	case frameReset, frameSettings, frameGoAway:
	default:
		d.skip = true
		return nil
	}
	return h.frameSize(d)
}

// frameSize judges the length of a frame by what the other side takes (RFC 9113
// section 4.2).
func (h *http2Reader) frameSize(d *direction) error {
	switch {
	case d.side == fromServer && d.left > max(minMaxFrame, h.maxFrame):
		return fmt.Errorf("a frame has %d bytes, and the client takes %d", d.left, max(minMaxFrame, h.maxFrame))
	case d.kind != frameData && d.left > maxFrame:
		return errFrameLong
	}
	return nil
}

// minMaxFrame is what every receiver takes.
const minMaxFrame = 16 << 10

// notHTTP2 ends the reading when the server answers with something else.
func (h *http2Reader) notHTTP2(d *direction, at time.Time) {
	h.failAll(&exchange.Failure{
		Kind: exchange.MalformedResponse, Peer: exchange.ServerPeer, Excerpt: append([]byte(nil), d.head[:]...),
		Message: fmt.Sprintf("the server did not begin with an HTTP/2 SETTINGS frame, but with %q", d.head[:]),
	}, at)
	h.c.giveUp("the server does not speak HTTP/2", at)
}

// failAll ends what is open for a fault that the connection has as a whole.
func (h *http2Reader) failAll(f *exchange.Failure, at time.Time) {
	for _, p := range h.open() {
		one := *f
		p.fail(&one, at)
	}
}

// data reads a piece of the payload of a DATA frame.
func (h *http2Reader) data(d *direction, b []byte, at time.Time) {
	if d.padded {
		d.padded = false
		d.pad = int(b[0])
		b = b[1:]
	}
	// What is left of the frame may be shorter than the padding: the last
	// pieces of content end where the padding begins.
	if content := len(b) + d.left - d.pad; content < len(b) {
		b = b[:max(0, content)]
	}
	s := d.stream
	if s == nil || len(b) == 0 {
		return
	}
	if s.upgrade != nil {
		s.upgrade.bytes(s.pending, d.side, b, at)
		return
	}
	s.content(d.side, b, at)
}

// endFrame reads a frame whose payload is complete.
func (h *http2Reader) endFrame(d *direction, payload []byte, at time.Time) error {
	switch d.kind {
	case frameData:
		s := d.stream
		if d.stream = nil; s == nil || d.flags&flagEndStream == 0 {
			return nil
		}
		if d.side == fromClient {
			h.endRequest(s, at)
		} else if s.x.Response != nil {
			h.endResponse(s, at)
		}
		return nil
	case frameHeaders, framePushPromise, frameContinuation:
		return h.fragment(d, payload, at)
	}
	return h.control(d, payload, at)
}

// fragment reads a piece of a field block.
func (h *http2Reader) fragment(d *direction, b []byte, at time.Time) error {
	if d.kind != frameContinuation {
		extra := 0
		if d.flags&flagPriority != 0 && d.kind == frameHeaders {
			extra = 5
		}
		if d.kind == framePushPromise {
			extra = 4
		}
		if d.flags&flagPadded != 0 {
			if len(b) == 0 || int(b[0]) >= len(b) {
				return errFrameSize
			}
			b = b[1 : len(b)-int(b[0])]
		}
		if len(b) < extra {
			return errFrameSize
		}
		b = b[extra:]
	}
	if _, err := d.decoder.Write(b); err != nil {
		return err
	}
	if d.flags&flagEndHeaders == 0 {
		return nil
	}
	d.block.open = false
	if err := d.decoder.Close(); err != nil {
		return err
	}
	h.headers(d, at)
	return nil
}
