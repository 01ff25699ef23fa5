package record

import (
	"time"

	"httpwhy/inspector/exchange"
)

// spillSize is the size of the pieces in which a large body is handed on: one
// TLS record of 16 KiB is too small to amortise a queue operation.
const spillSize = 64 << 10

// body keeps the leading bytes of one body, hands on what follows, counts all of
// it and digests what digests allow.
type body struct {
	recorder Recorder
	id       exchange.ID
	side     exchange.Side
	limit    int64 // bytes to keep; negative: all

	head  []byte
	piece []byte
	// digest begins when the body outgrows head: a small body is digested in one
	// go at its end.
	digest digest
	size   int64
	kept   int64
	shed   bool
	ended  bool
}

// write takes the next bytes of a body of which expected bytes were announced,
// or -1.
func (b *body) write(p []byte, expected int64) {
	b.size += int64(len(p))
	if room := int(min(b.keepable(), exchange.HeadSize-int64(len(b.head)))); room > 0 {
		n := min(room, len(p))
		b.head = append(b.head, p[:n]...)
		b.kept += int64(n)
		p = p[n:]
	}
	if len(p) == 0 {
		return
	}
	b.digest.write(b.head, p, expected, time.Now())
	b.spill(p)
}

// keepable is the number of further bytes that the limit allows.
func (b *body) keepable() int64 {
	if b.shed {
		return 0
	}
	if b.limit < 0 {
		return int64(1) << 62
	}
	return b.limit - b.kept
}

func (b *body) spill(p []byte) {
	for len(p) > 0 && b.keepable() > 0 {
		if b.piece == nil {
			b.piece = newPiece(b.keepable())
		}
		n := int(min(int64(len(p)), int64(cap(b.piece)-len(b.piece)), b.keepable()))
		b.piece = append(b.piece, p[:n]...)
		b.kept += int64(n)
		p = p[n:]
		if len(b.piece) == cap(b.piece) || b.keepable() == 0 {
			b.flush()
		}
	}
}

func (b *body) flush() {
	if len(b.piece) == 0 {
		return
	}
	if !b.recorder.Spill(b.id, b.side, b.piece) {
		b.kept -= int64(len(b.piece))
		b.shed = true
	}
	b.piece = nil
}

// progress writes what is known so far into to, whose Expected the caller has
// set. The bytes of to.Data do not change any more.
func (b *body) progress(to *exchange.Body) {
	to.Size, to.Kept, to.Data = b.size, b.kept-int64(len(b.piece)), b.head
	switch {
	case b.size == 0 && b.ended:
		to.State = exchange.NoBody
	case !b.ended:
		to.State = exchange.InterruptedBody
	case b.kept == 0:
		to.State = exchange.UnrecordedBody
	case b.kept < b.size:
		to.State = exchange.CutBody
	default:
		to.State = exchange.WholeBody
	}
}

// finish is the last progress, with the digest.
func (b *body) finish(to *exchange.Body) {
	b.flush()
	b.progress(to)
	if b.size == 0 && to.Expected <= 0 {
		to.State = exchange.NoBody
	}
	if b.size == 0 {
		return
	}
	b.digest.sum(b.head, &to.SHA256)
}
