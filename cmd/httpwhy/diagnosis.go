package main

import (
	"context"
	"slices"
	"sync"

	"httpwhy/inspector"
	"httpwhy/inspector/exchange"
	"httpwhy/store"
)

// bytesWaiting bounds the bodies that wait in memory for their diagnosis. What
// comes on top is read from the capture again when its turn comes: neither the
// proxy nor the disk ever waits for a diagnosis.
const bytesWaiting = 8 << 20

// told is called with exchanges, in the order of the commits, when they are safe
// on disk with their first findings, and so is what they told of earlier ones. It
// does not keep the list.
type told func([]finished)

// step is one thing for the diagnosis to do, in the order of the commits.
type step struct {
	// id is that of an exchange to diagnose, 0 if it is about another thing.
	id exchange.ID
	// x is nil if there was no room for it.
	x *exchange.Exchange
	// found counts findings that are durable now.
	found int
	// flush, if not nil, wants what waits for later exchanges decided, and is
	// closed then.
	flush chan struct{}
}

// diagnosis feeds what was committed to the inspector, in one goroutine, and
// its findings back into the capture.
type diagnosis struct {
	mu      sync.Mutex
	waiting []step
	bytes   int
	closed  bool
	came    chan struct{}
	ended   chan struct{}

	tell told
	// put and durable count what the capture was given and what it committed, in
	// the same order.
	put, durable int
	untold       []finished
}

// finished is an exchange to be told when as much is durable as was put.
type finished struct {
	x        *exchange.Exchange
	findings []exchange.Finding
	put      int
}

// newDiagnosis tells what is finished to tell, which may be nil.
func newDiagnosis(tell told) *diagnosis {
	return &diagnosis{came: make(chan struct{}, 1), ended: make(chan struct{}), tell: tell}
}

// committed takes exchanges that are durable.
func (d *diagnosis) committed(xs []*exchange.Exchange) {
	d.mu.Lock()
	for _, x := range xs {
		n := bodyBytes(x)
		if d.bytes+n > bytesWaiting {
			d.waiting = append(d.waiting, step{id: x.ID})
			continue
		}
		d.bytes += n
		d.waiting = append(d.waiting, step{id: x.ID, x: x})
	}
	d.mu.Unlock()
	d.signal()
}

// found takes findings that are durable.
func (d *diagnosis) found(fs []store.FindingsOf) {
	if d.tell == nil {
		return
	}
	d.mu.Lock()
	d.waiting = append(d.waiting, step{found: len(fs)})
	d.mu.Unlock()
	d.signal()
}

// flush tells the diagnosis that the capture ends, and returns when all that
// came before is diagnosed.
func (d *diagnosis) flush() {
	done := make(chan struct{})
	d.mu.Lock()
	d.waiting = append(d.waiting, step{flush: done})
	d.mu.Unlock()
	d.signal()
	<-done
}

// stop ends the diagnosis after what came so far.
func (d *diagnosis) stop() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.signal()
	<-d.ended
}

func (d *diagnosis) signal() {
	select {
	case d.came <- struct{}{}:
	default:
	}
}

// take waits for steps; none means the end.
func (d *diagnosis) take() []step {
	for {
		d.mu.Lock()
		steps, closed := d.waiting, d.closed
		d.waiting, d.bytes = nil, 0
		d.mu.Unlock()
		if len(steps) > 0 || closed {
			return steps
		}
		<-d.came
	}
}

// start begins to work; stop ends it.
func (d *diagnosis) start(c *store.Capture) {
	go func() {
		defer close(d.ended)
		in := inspector.New(inspector.Options{})
		for steps := d.take(); len(steps) > 0; steps = d.take() {
			for len(steps) > 0 {
				if xs, n := together(c, steps); n > 0 {
					d.observe(in, c, xs)
					steps = steps[n:]
					continue
				}
				d.do(in, c, steps[0])
				steps = steps[1:]
			}
		}
	}()
}

// together are the exchanges of the first n steps, as many as are diagnosed at
// once. What cannot be read is not among them, and not diagnosed.
func together(c *store.Capture, steps []step) (xs []*exchange.Exchange, n int) {
	for ; n < min(len(steps), atOnce) && steps[n].id != 0; n++ {
		x := steps[n].x
		if x == nil {
			var err error
			if x, err = c.Exchange(context.Background(), steps[n].id); err != nil {
				continue
			}
		}
		xs = append(xs, x)
	}
	return xs, n
}

// atOnce bounds the exchanges that are diagnosed together, which also bounds
// how long the first of them waits for its findings.
const atOnce = 96

func (d *diagnosis) do(in *inspector.Inspector, c *store.Capture, s step) {
	switch {
	case s.flush != nil:
		d.store(c, stored(nil, in.Flush()))
		close(s.flush)
	case s.found > 0:
		d.durable += s.found
		d.tellDurable()
	}
}

func (d *diagnosis) observe(in *inspector.Inspector, c *store.Capture, xs []*exchange.Exchange) {
	updates := in.Observe(xs...)
	for in.Behind() {
		updates = append(updates, in.Observe()...)
	}
	d.store(c, stored(xs, updates))
	d.observed(xs, updates)
}

func bodyBytes(x *exchange.Exchange) int {
	n := 1 << 10 // heads
	n += len(x.Request.Body.Data)
	if x.Response != nil {
		n += len(x.Response.Body.Data)
	}
	return n
}

func (d *diagnosis) store(c *store.Capture, found []store.FindingsOf) {
	if len(found) == 0 {
		return
	}
	d.put += len(found)
	c.PutFindings(found)
}

// observed takes exchanges that are to be told.
func (d *diagnosis) observed(xs []*exchange.Exchange, updates []inspector.Update) {
	if d.tell == nil {
		return
	}
	findings := make(map[exchange.ID][]exchange.Finding, len(xs))
	for _, u := range updates {
		findings[u.Exchange] = u.Findings
	}
	for _, x := range xs {
		d.untold = append(d.untold, finished{x: x, findings: findings[x.ID], put: d.put})
	}
	d.tellDurable()
}

// tellDurable tells the exchanges that wait for nothing any more.
func (d *diagnosis) tellDurable() {
	n := 0
	for n < len(d.untold) && d.untold[n].put <= d.durable {
		n++
	}
	if n > 0 {
		d.tell(d.untold[:n])
	}
	d.untold = slices.Delete(d.untold, 0, n)
}

// stored are the updates as the capture takes them. That nothing was found in one
// of fresh, which are observed for the first time, needs no writing.
func stored(fresh []*exchange.Exchange, updates []inspector.Update) []store.FindingsOf {
	var of []store.FindingsOf
	for _, u := range updates {
		isFresh := func(x *exchange.Exchange) bool { return x.ID == u.Exchange }
		isTold := func(f store.FindingsOf) bool { return f.ID == u.Exchange }
		if len(u.Findings) == 0 && slices.ContainsFunc(fresh, isFresh) && !slices.ContainsFunc(of, isTold) {
			continue
		}
		of = append(of, store.FindingsOf{ID: u.Exchange, Findings: u.Findings})
	}
	return of
}
