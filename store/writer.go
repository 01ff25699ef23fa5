package store

import (
	"slices"
	"time"

	"httpwhy/inspector/exchange"
)

// writer is the one goroutine that writes bodies, and gathers what ended since
// the last commit: a commit costs little more for a thousand exchanges than for
// one. While the disk takes a commit, in a goroutine of its own, the writer goes
// on writing the pieces of bodies: they would not have room for so long.
type writer struct {
	c        *Capture
	segments segments
	// backlog are the items that it took and could not commit yet, pieces among
	// them only where the disk did not take them.
	backlog []item
	// flight is the batch that is being committed, or nil; landed takes its end.
	flight *batch
	landed chan landing
	// urgent: the next commit waits for nothing but the one under way.
	urgent bool

	// lastSize, lastTook and lastEnd are those of the last batch.
	lastSize int
	lastTook time.Duration
	lastEnd  time.Time

	// room is where records are encoded.
	room []byte

	quit, ended chan struct{}
}

const (
	// longWindow is the pause between commits under load.
	longWindow = 100 * time.Millisecond
	// loaded is the size of a batch from which on there is load.
	loaded = 32
	// share is what part of the time commits may take while there is no load: a
	// single exchange is durable at once, a hundred in a row are not a hundred
	// times as expensive.
	share = 10
	// retryPause is the time after which a full disk is tried again.
	retryPause = time.Second
	// stopTime bounds the wait for a commit under way at the end.
	stopTime = 2 * time.Second
	// maxRoom bounds what of it is kept from a large record to the next one.
	maxRoom = 64 << 10
	// maxUnwritten bounds the exchanges that are kept in memory meanwhile.
	maxUnwritten = 1000
)

func newWriter(c *Capture, s segments) *writer {
	return &writer{c: c, segments: s, landed: make(chan landing, 1), quit: make(chan struct{}), ended: make(chan struct{})}
}

// stop ends the goroutine, and reports false if it hangs.
func (w *writer) stop() bool {
	close(w.quit)
	select {
	case <-w.ended:
		w.segments.close()
		return true
	case <-time.After(stopTime):
		return false
	}
}

func (w *writer) run() {
	defer close(w.ended)
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		if w.flight == nil && len(w.backlog) > 0 {
			pause.Reset(w.window(time.Now())) // to try again
		}
		select {
		case <-w.c.queue.wake:
		case <-w.c.queue.urgent:
			w.urgent = true
		case <-pause.C:
		case l := <-w.landed:
			w.land(l)
		case <-w.quit:
			if w.flight != nil {
				w.land(<-w.landed)
			}
			return
		}
		w.takePieces()
		if w.flight != nil || len(w.backlog) == 0 && !w.c.queue.waits() {
			continue
		}
		if window := w.window(time.Now()); window > 0 && !w.urgent {
			pause.Reset(window)
			continue
		}
		w.urgent = false
		w.commit()
	}
}

// window is how long to wait for more before the next commit.
func (w *writer) window(now time.Time) time.Duration {
	pause := min(w.lastTook*(share-1), longWindow)
	if w.lastSize >= loaded {
		pause = longWindow
	}
	if len(w.backlog) > 0 {
		pause = retryPause
	}
	return pause - now.Sub(w.lastEnd)
}

// takePieces writes the pieces that came, and gives them back.
func (w *writer) takePieces() {
	pieces := w.c.queue.takePieces()
	if len(pieces) == 0 {
		return
	}
	if w.stuck() { // until the next commit tries again
		w.backlog = append(w.backlog, pieces...)
		w.c.queue.hold(w.held())
		return
	}
	if n, err := w.spill(pieces); err != nil {
		w.backlog = append(w.backlog, pieces[n:]...)
		w.failed(err)
		w.lastEnd = time.Now()
		return
	}
	w.c.queue.hold(w.held())
}

// stuck reports whether the disk did not take a piece.
func (w *writer) stuck() bool {
	return slices.ContainsFunc(w.backlog, func(i item) bool { return i.piece != nil })
}

// committed publishes a batch that is durable.
func (w *writer) committed(b *batch) {
	c := w.c
	if c.diskError.Swap(nil) != nil && c.options.Disk != nil {
		c.options.Disk("")
	}
	c.unwritten.Store(0)
	if len(b.records) > 0 || len(b.findings) > 0 {
		xs := make([]*exchange.Exchange, len(b.records))
		ids := make([]exchange.ID, 0, len(b.records)+len(b.findings))
		for i := range b.records {
			xs[i] = b.records[i].x
			ids = append(ids, xs[i].ID)
		}
		for _, f := range b.findings {
			ids = append(ids, f.ID)
		}
		c.live.remove(xs...)
		c.changes.add(ids...)
		if c.options.Committed != nil && len(xs) > 0 {
			c.options.Committed(xs)
		}
		if c.options.Found != nil && len(b.findings) > 0 {
			c.options.Found(b.findings)
		}
	}
	for _, i := range b.items {
		if i.waiting != nil {
			i.waiting <- nil
		}
	}
}
