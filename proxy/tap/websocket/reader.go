// Package websocket reads one direction of a WebSocket connection (RFC 6455)
// from chunks of its bytes, with permessage-deflate (RFC 7692), in bounded
// memory.
package websocket

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The bounds of one message.
const (
	// Keep is how much of a message is handed out.
	Keep = 64 << 10
	// maxCompressed is the largest compressed message that is decoded, and
	// maxInflated how far.
	maxCompressed = 1 << 20
	maxInflated   = 4 << 20
)

// Message is a message, its fragments joined, or a control frame.
type Message struct {
	// Type is "text", "binary", "close", "ping" or "pong".
	Type string
	// Data are the leading bytes of the payload, at most Keep, unmasked and
	// decompressed. They are valid during the call only. The payload of a close
	// frame is its code in two bytes and a reason (RFC 6455 section 5.5.1).
	Data []byte
	// Size is the length of the payload.
	Size int64
	// Coded: the message could not be decompressed; Data is empty and Size that
	// of the compressed payload.
	Coded bool
}

// Reader reads one direction. Its zero value reads messages that are not
// compressed.
type Reader struct {
	// Deflate: permessage-deflate was agreed upon.
	Deflate bool
	// Takeover: a message may refer to the ones before it (RFC 7692 section
	// 7.1.1).
	Takeover bool

	header [14]byte
	have   int
	inside bool // a frame's payload

	opcode byte
	final  bool
	masked bool
	mask   [4]byte
	pos    int    // in the mask
	left   uint64 // of the payload

	control  [125]byte
	ncontrol int

	message    []byte
	size       int64
	kind       byte // opcode of the message under way, 0 if none
	compressed bool
	inflate    inflater
}

var opcodes = map[byte]string{1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}

var errFrame = errors.New("not a WebSocket frame")

// Read reads the next bytes and calls f for each message that they end. After
// an error the rest of the direction cannot be read; rest is what of p follows
// the header of the frame that was not valid.
func (r *Reader) Read(p []byte, f func(Message)) (rest []byte, err error) {
	for {
		if r.inside {
			n := int(min(r.left, uint64(len(p))))
			r.payload(p[:n])
			p = p[n:]
			if r.left -= uint64(n); r.left > 0 {
				return nil, nil
			}
			r.inside = false
			r.endFrame(f)
		}
		var whole bool
		if p, whole = r.takeHeader(p); !whole {
			return nil, nil
		}
		if err := r.startFrame(); err != nil {
			return p, err
		}
	}
}

// takeHeader collects the header of a frame (RFC 6455 section 5.2).
func (r *Reader) takeHeader(p []byte) (rest []byte, whole bool) {
	for {
		need := 2
		if r.have >= 2 {
			switch r.header[1] & 0x7f {
			case 126:
				need += 2
			case 127:
				need += 8
			}
			if r.header[1]&0x80 != 0 {
				need += 4
			}
			if r.have == need {
				return p, true
			}
		}
		if len(p) == 0 {
			return nil, false
		}
		n := copy(r.header[r.have:need], p)
		r.have += n
		p = p[n:]
	}
}

func (r *Reader) startFrame() error {
	first, length := r.header[0], uint64(r.header[1]&0x7f)
	rest := r.header[2:r.have]
	switch length {
	case 126:
		length, rest = uint64(binary.BigEndian.Uint16(rest)), rest[2:]
	case 127:
		length, rest = binary.BigEndian.Uint64(rest), rest[8:]
	}
	r.have = 0
	r.final, r.opcode, r.left = first&0x80 != 0, first&0x0f, length
	r.masked, r.pos = r.header[1]&0x80 != 0, 0
	if r.masked {
		copy(r.mask[:], rest)
	}
	rsv1 := first&0x40 != 0
	switch {
	case first&0x30 != 0, length>>63 != 0, rsv1 && (!r.Deflate || r.opcode == 0 || r.opcode >= 8):
		return fmt.Errorf("%w: reserved bits %#x", errFrame, first)
	case r.opcode >= 8 && (!r.final || length > 125 || opcodes[r.opcode] == ""):
		return fmt.Errorf("%w: control frame %#x of %d bytes", errFrame, first, length)
	case r.opcode >= 8:
		r.ncontrol = 0
	case r.opcode == 0 && r.kind == 0, r.opcode != 0 && r.kind != 0, r.opcode > 2:
		return fmt.Errorf("%w: opcode %d out of order", errFrame, r.opcode)
	case r.opcode != 0:
		r.kind, r.compressed = r.opcode, rsv1
		r.message, r.size = r.message[:0], 0
	}
	r.inside = true
	return nil
}

// payload takes down the next bytes of the present frame.
func (r *Reader) payload(p []byte) {
	if r.opcode >= 8 {
		r.ncontrol += copy(r.control[r.ncontrol:], p)
		r.unmask(r.control[r.ncontrol-len(p) : r.ncontrol])
		return
	}
	limit := Keep
	if r.compressed {
		limit = maxCompressed
	}
	before := len(r.message)
	n := max(0, min(len(p), limit-before))
	r.message = append(r.message, p[:n]...)
	r.size += int64(len(p))
	r.unmask(r.message[before:])
	r.pos += len(p) - n
}

func (r *Reader) unmask(b []byte) {
	if r.masked {
		for i := range b {
			b[i] ^= r.mask[(r.pos+i)&3]
		}
		r.pos += len(b)
	}
}

func (r *Reader) endFrame(f func(Message)) {
	if r.opcode >= 8 {
		f(Message{Type: opcodes[r.opcode], Data: r.control[:r.ncontrol], Size: int64(r.ncontrol)})
		return
	}
	if !r.final {
		return
	}
	m := Message{Type: opcodes[r.kind], Data: r.message, Size: r.size}
	if r.compressed {
		m.Data, m.Size, m.Coded = nil, r.size, true
		whole := int64(len(r.message)) == r.size
		if data, size, ok := r.inflate.message(r.message, whole, r.Takeover); ok {
			m.Data, m.Size, m.Coded = data, size, false
		}
	}
	r.kind = 0
	f(m)
	if cap(r.message) > Keep {
		r.message = nil
	}
}
