// Package remote carries questions about a capture to the process that owns it,
// over a Unix socket: a request and its reply at a time, each a length of four
// bytes and that much CBOR.
package remote

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"httpwhy/inspector/exchange"
	"httpwhy/store/codec"
)

// protocol is raised whenever requests or replies change their meaning.
const protocol = 1

const (
	maxRequest = 1 << 20
	maxReply   = 128 << 20
)

// Op says what is asked for.
type Op uint8

// The questions, named after the methods of a store.Reader.
const (
	Version Op = iota + 1
	Wait
	Rows
	Changes
	RowsOf
	Exchange
	Findings
	ReadBody
	Info
)

// Request is a question; which fields it uses depends on Op.
type Request struct {
	Op    Op            `cbor:"1,keyasint"`
	Since uint64        `cbor:"2,keyasint,omitempty"`
	ID    exchange.ID   `cbor:"3,keyasint,omitempty"`
	IDs   []exchange.ID `cbor:"4,keyasint,omitempty"`
	Side  exchange.Side `cbor:"5,keyasint,omitempty"`
	Off   int64         `cbor:"6,keyasint,omitempty"`
	// N bounds the number of rows, or of bytes.
	N int `cbor:"7,keyasint,omitempty"`
}

// Code says how a question was answered.
type Code uint8

// The codes.
const (
	OK Code = iota
	Failed
	TooOld
	NotFound
)

// Reply is the answer.
type Reply struct {
	Code    Code          `cbor:"1,keyasint,omitempty"`
	Message string        `cbor:"2,keyasint,omitempty"`
	Version uint64        `cbor:"3,keyasint,omitempty"`
	IDs     []exchange.ID `cbor:"4,keyasint,omitempty"`
	// Data is what was asked for in the form of package codec, or as it is.
	Data []byte `cbor:"5,keyasint,omitempty"`
}

// hello is the first message of the owner.
type hello struct {
	Protocol int `cbor:"1,keyasint"`
	// Dir is the folder of the capture.
	Dir string `cbor:"2,keyasint"`
}

// write sends v with its length before it.
func write(w io.Writer, v any) error {
	b, err := codec.Marshal(v)
	if err != nil {
		return err
	}
	framed := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(b)), uint32(len(b)))
	_, err = w.Write(append(framed, b...))
	return err
}

// errTooLong is a length that no peer of ours sends.
var errTooLong = errors.New("message too long")

// read receives v, of at most limit bytes.
func read(r io.Reader, v any, limit uint32) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > limit {
		return fmt.Errorf("%w: %d bytes", errTooLong, n)
	}
	// Not made at once: the length is only claimed.
	b, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err != nil {
		return err
	}
	if len(b) < int(n) {
		return io.ErrUnexpectedEOF
	}
	return codec.Unmarshal(b, v)
}
