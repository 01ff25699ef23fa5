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

	mu     sync.Mutex
	items  []item
	bytes  int64 // of bodies
	ended  int   // exchanges
	closed bool
	// held are the bytes that the writer took but could not commit yet.
	held int64

	// wake tells that there are items; urgent that they should be written now.
	wake, urgent chan struct{}
}

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
	q.put(item{id: id, side: side, piece: p})
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
	if q.bytes > q.limit/4 {
		signal(q.urgent)
	}
}

// heed takes back the signals for what drain is about to hand over.
func (q *queue) heed() {
	for _, c := range []chan struct{}{q.wake, q.urgent} {
		select {
		case <-c:
		default:
		}
	}
}

// drain hands over all items. held are the bytes of bodies that the writer has
// besides.
func (q *queue) drain(held int64) []item {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.held = held + q.bytes
	q.items, q.bytes, q.ended = nil, 0, 0
	return items
}

// hold tells how many bytes of bodies the writer still has.
func (q *queue) hold(bytes int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = bytes
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
