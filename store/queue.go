package store

import (
	"sync"

	"httpwhy/inspector/exchange"
)

const (
	// queueBytes bounds the bodies that wait for the writer. Beyond it bodies
	// are shed, never exchanges.
	queueBytes = 24 << 20
	// urgentBytes wake the writer before its window ends.
	urgentBytes = 4 << 20
)

// piece are the next bytes of a body beyond its head.
type piece struct {
	id   exchange.ID
	side exchange.Side
	data []byte
}

// batch is what waited when the writer came. Pieces precede the end of their
// exchange by their order in time, so they are written first.
type batch struct {
	pieces   []piece
	ended    []*exchange.Exchange
	findings []FindingsOf
	bytes    int
}

func (b *batch) empty() bool { return len(b.pieces)+len(b.ended)+len(b.findings) == 0 }

// queue is what waits for the writer. Adding to it never blocks.
type queue struct {
	mu      sync.Mutex
	waiting batch
	// taken are the bytes that the writer has in hand.
	taken int
	shed  int
	wake  chan struct{}
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// spill takes a piece unless the queue is full.
func (q *queue) spill(p piece) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting.bytes+q.taken+len(p.data) > queueBytes {
		q.shed++
		return false
	}
	q.waiting.pieces = append(q.waiting.pieces, p)
	q.waiting.bytes += len(p.data)
	q.signal()
	return true
}

// admit counts the bodies of an exchange that is about to be pushed, and sheds
// those for which there is no room. It is called before anybody else sees x.
func (q *queue) admit(x *exchange.Exchange) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range []*exchange.Message{&x.Request, x.Response} {
		if m == nil || len(m.Body.Data) == 0 {
			continue
		}
		if q.waiting.bytes+q.taken+len(m.Body.Data) > queueBytes {
			shed(&m.Body, 0)
			q.shed++
			continue
		}
		q.waiting.bytes += len(m.Body.Data)
	}
}

// push takes an exchange that was admitted.
func (q *queue) push(x *exchange.Exchange) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting.ended = append(q.waiting.ended, x)
	q.signal()
}

// shed keeps no more than the first kept bytes of a body.
func shed(b *exchange.Body, kept int64) {
	b.Kept = min(b.Kept, kept)
	b.Data = b.Data[:min(int64(len(b.Data)), kept)]
	switch {
	case b.Kept == 0:
		b.State, b.Data = exchange.UnrecordedBody, nil
	case b.State == exchange.WholeBody:
		b.State = exchange.CutBody
	}
}

func (q *queue) found(fs []FindingsOf) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting.findings = append(q.waiting.findings, fs...)
	q.signal()
}

// take empties the queue; done is called when the batch was dealt with.
func (q *queue) take() batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	b := q.waiting
	q.waiting = batch{}
	q.taken = b.bytes
	return b
}

func (q *queue) done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.taken = 0
}

// urgent reports whether waiting longer would shed bodies.
func (q *queue) urgent() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting.bytes > urgentBytes
}

func (q *queue) shedCount() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.shed
}
