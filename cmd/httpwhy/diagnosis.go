package main

import (
	"httpwhy/inspector"
	"httpwhy/inspector/exchange"
	"httpwhy/store"
)

// batchesWaiting bounds how many commits wait for their diagnosis. Beyond it the
// writer waits too, and then bodies are shed before anything else: the diagnosis
// costs less than the commit, so that does not last.
const batchesWaiting = 8

// told is called for each exchange when it and its first findings are safe on
// disk.
type told func(*exchange.Exchange, []exchange.Finding)

// committed is what one commit made durable.
type committed struct {
	exchanges []*exchange.Exchange
	found     []store.FindingsOf
	// flush, if not nil, wants what waits for later exchanges decided, and is
	// closed then.
	flush chan struct{}
}

// diagnosis feeds what was committed to the inspector, in one goroutine, and
// its findings back into the capture.
type diagnosis struct {
	commits chan committed
	ended   chan struct{}
	tell    told
	// untold are exchanges whose first findings are not committed yet.
	untold map[exchange.ID]finished
}

type finished struct {
	x        *exchange.Exchange
	findings []exchange.Finding
}

// newDiagnosis tells what is finished to tell, which may be nil.
func newDiagnosis(tell told) *diagnosis {
	return &diagnosis{
		commits: make(chan committed, batchesWaiting), ended: make(chan struct{}), tell: tell,
		untold: map[exchange.ID]finished{},
	}
}

// feed takes what was committed. After stop it does nothing.
func (d *diagnosis) feed(c committed) {
	select {
	case d.commits <- c:
	case <-d.ended:
	}
}

// start begins to work; stop ends it.
func (d *diagnosis) start(c *store.Capture) {
	go func() {
		defer close(d.ended)
		in := inspector.New(inspector.Options{})
		for {
			commit := <-d.commits
			switch {
			case commit.flush != nil:
				c.PutFindings(stored(in.Flush()))
				close(commit.flush)
			case commit.exchanges == nil && commit.found == nil:
				return
			}
			for _, x := range commit.exchanges {
				updates := in.Observe(x)
				c.PutFindings(stored(updates))
				d.observed(x, updates)
			}
			for _, f := range commit.found {
				d.durable(f.ID)
			}
		}
	}()
}

// flush tells the diagnosis that the capture ends, and returns when all that was
// fed before is diagnosed.
func (d *diagnosis) flush() {
	done := make(chan struct{})
	d.commits <- committed{flush: done}
	<-done
}

// stop ends the diagnosis.
func (d *diagnosis) stop() {
	d.commits <- committed{}
	<-d.ended
}

// observed tells an exchange at once if nothing was found in it.
func (d *diagnosis) observed(x *exchange.Exchange, updates []inspector.Update) {
	if d.tell == nil {
		return
	}
	for _, u := range updates {
		if u.Exchange == x.ID && len(u.Findings) > 0 {
			d.untold[x.ID] = finished{x, u.Findings}
			return
		}
	}
	d.tell(x, nil)
}

// durable tells an exchange whose findings were committed.
func (d *diagnosis) durable(id exchange.ID) {
	if f, ok := d.untold[id]; ok {
		delete(d.untold, id)
		d.tell(f.x, f.findings)
	}
}

func stored(updates []inspector.Update) []store.FindingsOf {
	of := make([]store.FindingsOf, 0, len(updates))
	for _, u := range updates {
		of = append(of, store.FindingsOf{ID: u.Exchange, Findings: u.Findings})
	}
	return of
}
