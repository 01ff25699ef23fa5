package main

import (
	"httpwhy/inspector"
	"httpwhy/inspector/exchange"
	"httpwhy/store"
)

// batchesWaiting bounds how many committed batches wait for their diagnosis.
// Beyond it the writer waits too, and then bodies are shed before anything
// else: the diagnosis costs less than the commit, so that does not last.
const batchesWaiting = 64

// diagnosis feeds what was committed to the inspector, in one goroutine, and
// its findings back into the capture.
type diagnosis struct {
	batches chan []*exchange.Exchange
	ended   chan struct{}
	done    func(*exchange.Exchange, []exchange.Finding)
}

func newDiagnosis(done func(*exchange.Exchange, []exchange.Finding)) *diagnosis {
	return &diagnosis{
		batches: make(chan []*exchange.Exchange, batchesWaiting), ended: make(chan struct{}), done: done,
	}
}

// feed takes a committed batch. After stop it does nothing.
func (d *diagnosis) feed(batch []*exchange.Exchange) {
	select {
	case d.batches <- batch:
	case <-d.ended:
	}
}

// start begins to work; stop ends it.
func (d *diagnosis) start(c *store.Capture) {
	go func() {
		defer close(d.ended)
		in := inspector.New(inspector.Options{})
		for batch := <-d.batches; batch != nil; batch = <-d.batches {
			for _, x := range batch {
				updates := in.Observe(x)
				c.PutFindings(stored(updates))
				d.tell(x, updates)
			}
		}
		c.PutFindings(stored(in.Flush()))
	}()
}

// stop ends the diagnosis after the batches that were fed so far.
func (d *diagnosis) stop() {
	d.batches <- nil
	<-d.ended
}

func (d *diagnosis) tell(x *exchange.Exchange, updates []inspector.Update) {
	if d.done == nil {
		return
	}
	for _, u := range updates {
		if u.Exchange == x.ID {
			d.done(x, u.Findings)
			return
		}
	}
	d.done(x, nil)
}

func stored(updates []inspector.Update) []store.FindingsOf {
	of := make([]store.FindingsOf, 0, len(updates))
	for _, u := range updates {
		of = append(of, store.FindingsOf{ID: u.Exchange, Findings: u.Findings})
	}
	return of
}
