package record

import "sync"

// pieces are buffers of spillSize for reuse: fresh ones would be most of what
// keeping a large body costs.
var pieces = sync.Pool{New: func() any { return new([spillSize]byte) }}

// newPiece is an empty buffer for at most limit bytes.
func newPiece(limit int64) []byte {
	if limit < spillSize/2 {
		return make([]byte, 0, limit)
	}
	return pieces.Get().(*[spillSize]byte)[:0]
}

// Recycle gives back a piece that Spill owned, once nobody reads it any more.
// A recorder need not, but saves most of the cost of a large body by it.
func Recycle(p []byte) {
	if cap(p) == spillSize {
		pieces.Put((*[spillSize]byte)(p[:spillSize]))
	}
}
