package store

import (
	"sync"

	"httpwhy/inspector/exchange"
)

// item is one thing for the writer: a piece of a body, the end of an exchange,
// findings, or somebody who waits for all items before.
type item struct {
	x *exchange.Exchange

	id    exchange.ID
	side  exchange.Side
	piece []byte

	findings []FindingsOf
	waiting  chan<- error
}

// queue is what the writer still has to write. Putting never blocks: where
// there is no room for the bytes of a body they are shed, while the exchange
// itself, which is small, is kept.
type queue struct {
	limit int64

	mu sync.Mutex
	// pieces are those of bodies, which the writer takes as they come; items are
	// the others, which wait for a commit.
	pieces, items []item
	// bytes of bodies are in both, pieceBytes in pieces alone.
	bytes, pieceBytes int64
	ended             int // exchanges
	closed            bool
	// held are the bytes that the writer took but could not commit yet.
	held int64

	// wake tells that there are items; urgent that they should be written now.
	wake, urgent chan struct{}
}

// manyEnded are so many exchanges that a commit of more would not be cheaper by
// exchange, while the memory of them all waits for it.
const manyEnded = 2048

// maxEnded bounds the exchanges in the queue. It is reached only when the disk
// hangs, not when it is slow: then the newest are lost, and counted.
const maxEnded = 1 << 18

func newQueue(limit int64) *queue {
	return &queue{limit: limit, wake: make(chan struct{}, 1), urgent: make(chan struct{}, 1)}
}

// spill takes a piece of a body. A quarter of the room is kept for the heads
// of bodies: a large download must not cost the error message beside it.
func (q *queue) spill(id exchange.ID, side exchange.Side, p []byte) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.bytes+q.held+int64(len(p)) > q.limit/4*3 {
		return false
	}
	q.bytes += int64(len(p))
	q.pieceBytes += int64(len(p))
	q.pieces = append(q.pieces, item{id: id, side: side, piece: p})
	signal(q.wake)
	return true
}

// admit makes room for an exchange that ends, and returns it as it can be kept:
// without its bodies where there is no room for them. It reports false where
// not even that can be kept. The caller adds it then.
func (q *queue) admit(x *exchange.Exchange) (*exchange.Exchange, bool) {
	size := headBytes(x)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.ended >= maxEnded {
		return nil, false
	}
	q.ended++
	if q.bytes+q.held+size > q.limit {
		return withoutBodies(x), true
	}
	q.bytes += size
	return x, true
}

// add takes an item that costs no room, or whose room is made. With now it is
// written at once.
func (q *queue) add(i item, now bool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.put(i)
	if now {
		signal(q.urgent)
	}
	return true
}

func (q *queue) put(i item) {
	q.items = append(q.items, i)
	signal(q.wake)
	if q.bytes-q.pieceBytes > q.limit/4 || q.ended >= manyEnded {
		signal(q.urgent)
	}
}

// takePieces hands over the pieces. Their bytes count until hold tells what the
// writer still has of them.
func (q *queue) takePieces() []item {
	q.mu.Lock()
	defer q.mu.Unlock()
	pieces := q.pieces
	q.held += q.pieceBytes
	q.bytes -= q.pieceBytes
	q.pieces, q.pieceBytes = nil, 0
	return pieces
}

// takeAll hands over the pieces and the items.
func (q *queue) takeAll() (pieces, items []item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	pieces, items = q.pieces, q.items
	q.held += q.bytes
	// The next batch is likely to be as large.
	q.pieces, q.items = nil, make([]item, 0, min(len(items), manyEnded))
	q.bytes, q.pieceBytes, q.ended = 0, 0, 0
	return pieces, items
}

// waits reports whether there are items.
func (q *queue) waits() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items) > 0
}

// hold tells how many bytes of bodies the writer still has.
func (q *queue) hold(bytes int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = bytes
}

// release tells that the writer is done with so many bytes of bodies.
func (q *queue) release(bytes int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held -= bytes
}

// close refuses everything from now on.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	signal(q.urgent)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// headBytes is the size of what x carries of its bodies.
func headBytes(x *exchange.Exchange) int64 {
	n := int64(len(x.Request.Body.Data))
	if x.Response != nil {
		n += int64(len(x.Response.Body.Data))
	}
	return n
}
