package record

import (
	"sync"
	"time"

	"httpwhy/inspector/exchange"
)

// Draft is an exchange under way. Its methods may be called from the
// goroutines of both directions; steps after End are ignored.
type Draft struct {
	mu            sync.Mutex
	recorder      Recorder
	x             *exchange.Exchange
	request, resp body
	ended         bool
}

// Begin reports x, of which at least Mode, Start, URL and the request head are
// known, and returns its draft. Of each body at most bodyLimit bytes are kept,
// all of it if bodyLimit is negative.
func Begin(r Recorder, x *exchange.Exchange, bodyLimit int64) *Draft {
	x.State = exchange.Active
	d := &Draft{recorder: r, x: x}
	x.ID = r.Begin(x)
	d.request = body{recorder: r, id: x.ID, side: exchange.RequestSide, limit: bodyLimit}
	d.resp = body{recorder: r, id: x.ID, side: exchange.ResponseSide, limit: bodyLimit}
	return d
}

// ID is the number that the recorder gave the exchange.
func (d *Draft) ID() exchange.ID { return d.x.ID }

// Start is the time from which the exchange's offsets count.
func (d *Draft) Start() time.Time { return d.x.Start }

// Since is the offset of now from the start, at least one nanosecond.
func (d *Draft) Since(now time.Time) time.Duration { return max(1, now.Sub(d.x.Start)) }

// Update changes the exchange in f without telling the recorder.
func (d *Draft) Update(f func(x *exchange.Exchange)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.ended {
		f(d.x)
	}
}

// Step changes the exchange in f and tells the recorder, with the bodies as far
// as they came.
func (d *Draft) Step(f func(x *exchange.Exchange)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return
	}
	f(d.x)
	d.request.progress(&d.x.Request.Body)
	if d.x.Response != nil {
		d.resp.progress(&d.x.Response.Body)
	}
	d.recorder.Step(d.x)
}

// Body takes down the next bytes of a body; p is only read during the call.
func (d *Draft) Body(side exchange.Side, p []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return
	}
	expected := int64(-1)
	if m := d.x.Message(side); m != nil {
		expected = m.Body.Expected
	}
	d.body(side).write(p, expected)
}

// BodyEnd tells that a body ended as its framing says. A body without this call
// counts as interrupted, or as absent if no byte of it came and none was
// announced.
func (d *Draft) BodyEnd(side exchange.Side) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.body(side).ended = true
}

// BodyGot counts the bytes of a body that came so far.
func (d *Draft) BodyGot(side exchange.Side) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.body(side).size
}

// End changes the exchange a last time in f, which may be nil, and hands it to
// the recorder. The state is Failed if a Failure is set, else Complete.
func (d *Draft) End(f func(x *exchange.Exchange)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return
	}
	if f != nil {
		f(d.x)
	}
	d.ended = true
	d.request.finish(&d.x.Request.Body)
	if d.x.Response != nil {
		d.resp.finish(&d.x.Response.Body)
	}
	d.x.State = exchange.Complete
	if d.x.Failure != nil {
		d.x.State = exchange.Failed
	}
	d.recorder.End(d.x)
}

// Ended reports whether End was called.
func (d *Draft) Ended() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ended
}

func (d *Draft) body(s exchange.Side) *body {
	if s == exchange.RequestSide {
		return &d.request
	}
	return &d.resp
}
