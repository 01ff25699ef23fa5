package store

import (
	"time"

	"httpwhy/inspector/exchange"
)

// writer is the one goroutine that writes a capture. It gathers what came
// since the last commit: a commit costs little more for a thousand exchanges
// than for one.
type writer struct {
	c        *Capture
	segments segments
	// backlog are the items that it took and could not commit yet.
	backlog []item

	// lastSize, lastTook and lastEnd are those of the last batch.
	lastSize int
	lastTook time.Duration
	lastEnd  time.Time

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
	// maxUnwritten bounds the exchanges that are kept in memory meanwhile.
	maxUnwritten = 1000
)

func newWriter(c *Capture, s segments) *writer {
	return &writer{c: c, segments: s, quit: make(chan struct{}), ended: make(chan struct{})}
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
		var retry <-chan time.Time
		if len(w.backlog) > 0 {
			pause.Reset(retryPause)
			retry = pause.C
		}
		select {
		case <-w.c.queue.wake:
		case <-retry:
		case <-w.quit:
			return
		}
		if window := w.window(time.Now()); window > 0 {
			pause.Reset(window)
			select {
			case <-pause.C:
			case <-w.c.queue.urgent:
			case <-w.quit:
				return
			}
		}
		w.work()
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

// work commits all that there is.
func (w *writer) work() {
	begun := time.Now()
	w.c.queue.heed()
	w.backlog = append(w.backlog, w.c.queue.drain(w.held())...)
	if len(w.backlog) == 0 {
		return // a signal for what was written before
	}
	b, err := w.commit()
	if err != nil {
		w.failed(err)
	} else {
		w.committed(b)
	}
	w.lastSize, w.lastEnd = len(b.records), time.Now()
	w.lastTook = w.lastEnd.Sub(begun)
}

// committed publishes a batch that is durable.
func (w *writer) committed(b *batch) {
	c := w.c
	items := w.backlog
	w.backlog = nil
	c.queue.hold(0)
	if c.diskError.Swap(nil) != nil && c.options.Disk != nil {
		c.options.Disk("")
	}
	c.unwritten.Store(0)
	c.live.spill(b.spilled)
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
	for _, i := range items {
		if i.waiting != nil {
			i.waiting <- nil
		}
		if i.piece != nil && c.options.Recycle != nil {
			c.options.Recycle(i.piece)
		}
	}
}
