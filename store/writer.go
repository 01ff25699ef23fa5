package store

import (
	"time"

	bolt "go.etcd.io/bbolt"

	"httpwhy/inspector/exchange"
)

const (
	// window is how long the writer gathers under load: a commit costs the same
	// for one exchange as for a thousand.
	window = 50 * time.Millisecond
	// busyBatch is the batch from which on that is worth it.
	busyBatch = 4
	// retryPause is the time between attempts to write to a full disk.
	retryPause = time.Second
	// unwrittenKept bounds the exchanges that wait in memory for the disk.
	unwrittenKept = 1000
)

// writer turns batches into segments and transactions. It belongs to one
// goroutine.
type writer struct {
	files
	segments segments
	// spilled are the bodies of exchanges that have not ended yet.
	spilled map[exchange.ID]*spilled
	// late are exchanges whose commit failed, oldest first.
	late     []*exchange.Exchange
	findings []FindingsOf
	// last is the number of exchanges in the last batch.
	last int
}

// spilled is where the pieces of an exchange's bodies went.
type spilled struct {
	extents
	// failed: a piece could not be written, and those after it are of no use.
	failed [2]bool
}

func sideIndex(s exchange.Side) int {
	if s == exchange.RequestSide {
		return 0
	}
	return 1
}

// write is the writer's goroutine. It ends when quit is closed; what came until
// the last Sync is then durable.
func (c *Capture) write() {
	defer close(c.ended)
	pause := time.NewTimer(0)
	defer pause.Stop()
	var syncing []chan struct{}
	for {
		select {
		case <-c.queue.wake:
			syncing = c.gather(pause, syncing)
		case done := <-c.syncs:
			syncing = append(syncing, done)
		case <-pause.C:
		case <-c.quit:
			return
		}
		c.deal(c.queue.take())
		for _, done := range syncing {
			close(done)
		}
		syncing = syncing[:0]
		if len(c.writer.late) > 0 {
			pause.Reset(retryPause)
		}
	}
}

// gather waits for more to come if the last batch was large.
func (c *Capture) gather(pause *time.Timer, syncing []chan struct{}) []chan struct{} {
	if c.writer.last < busyBatch {
		return syncing
	}
	pause.Reset(window)
	for !c.queue.urgent() {
		select {
		case <-c.queue.wake:
		case done := <-c.syncs:
			return append(syncing, done)
		case <-pause.C:
			return syncing
		case <-c.quit:
			return syncing
		}
	}
	return syncing
}

// deal writes a batch and tells who waits for it.
func (c *Capture) deal(b batch) {
	defer c.queue.done()
	c.writer.last = len(b.ended)
	w := &c.writer
	for _, p := range b.pieces {
		w.piece(p)
	}
	w.late = append(w.late, b.ended...)
	w.findings = append(w.findings, b.findings...)
	if len(w.late)+len(w.findings) == 0 {
		return
	}
	committed, found := w.late, w.findings
	c.mu.Lock()
	next := c.next
	c.mu.Unlock()
	if err := w.commit(committed, found, next); err != nil {
		c.failed(err)
		return
	}
	w.late, w.findings = nil, nil
	c.committed(committed, found)
}

func (c *Capture) committed(xs []*exchange.Exchange, found []FindingsOf) {
	ids := make([]exchange.ID, 0, len(xs)+len(found))
	c.mu.Lock()
	c.info.DiskError, c.info.Unwritten = "", 0
	for _, x := range xs {
		delete(c.active, x.ID)
		delete(c.unwritten, x.ID)
		ids = append(ids, x.ID)
	}
	c.mu.Unlock()
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	c.changes.add(ids...)
	if c.options.Committed != nil && len(xs) > 0 {
		c.options.Committed(xs)
	}
}

// failed keeps the latest exchanges in memory until the disk takes them.
func (c *Capture) failed(err error) {
	w := &c.writer
	c.mu.Lock()
	defer c.mu.Unlock()
	c.info.DiskError = err.Error()
	if over := len(w.late) - unwrittenKept; over > 0 {
		for _, x := range w.late[:over] {
			delete(c.active, x.ID)
			delete(c.unwritten, x.ID)
			delete(w.spilled, x.ID)
		}
		c.info.Lost += over
		w.late = append([]*exchange.Exchange(nil), w.late[over:]...)
	}
	if over := len(w.findings) - unwrittenKept; over > 0 {
		w.findings = append([]FindingsOf(nil), w.findings[over:]...)
	}
	c.info.Unwritten = len(w.late)
}

// piece writes the next piece of a body.
func (w *writer) piece(p piece) {
	s := w.spilled[p.id]
	if s == nil {
		s = &spilled{}
		w.spilled[p.id] = s
	}
	side := sideIndex(p.side)
	if s.failed[side] {
		return
	}
	e, err := w.segments.append(p.data)
	switch {
	case err != nil:
		s.failed[side] = true
	case side == 0:
		s.Request = append(s.Request, e)
	default:
		s.Response = append(s.Response, e)
	}
}

// commit makes exchanges and findings durable in one transaction.
func (w *writer) commit(xs []*exchange.Exchange, found []FindingsOf, next exchange.ID) error {
	before := w.segments.at
	puts := make([]stored, 0, len(xs))
	for _, x := range xs {
		p, err := w.encode(x)
		if err != nil {
			w.segments.at = before
			return err
		}
		puts = append(puts, p)
	}
	if err := w.segments.sync(); err != nil {
		return err
	}
	err := guard(w.dir, func() error {
		return w.db.Update(func(tx *bolt.Tx) error { return w.put(tx, puts, found, next) })
	})
	if err != nil {
		return err
	}
	for _, x := range xs {
		delete(w.spilled, x.ID)
	}
	return nil
}

// stored is an exchange as it goes into the database.
type stored struct {
	id                   exchange.ID
	row, record, extents []byte
}

// encode writes the heads of the bodies and encodes the rest. It leaves x as it
// is: readers may look at it.
func (w *writer) encode(x *exchange.Exchange) (s stored, err error) {
	y := *x
	es := extents{}
	gone := w.spilled[x.ID]
	if gone == nil {
		gone = &spilled{}
	}
	if es.Request, err = w.body(&y.Request.Body, gone.Request, gone.failed[0]); err != nil {
		return s, err
	}
	if x.Response != nil {
		m := *x.Response
		y.Response = &m
		if es.Response, err = w.body(&m.Body, gone.Response, gone.failed[1]); err != nil {
			return s, err
		}
	}
	row := exchange.NewRow(&y)
	s.id = x.ID
	if s.row, err = encodeRow(&row); err != nil {
		return s, err
	}
	if s.record, err = encodeExchange(&y); err != nil {
		return s, err
	}
	if len(es.Request)+len(es.Response) > 0 {
		s.extents, err = encoding.Marshal(&es)
	}
	return s, err
}

// body writes the head of a body and joins it to what was spilled before.
func (w *writer) body(b *exchange.Body, rest []extent, failed bool) ([]extent, error) {
	if len(b.Data) == 0 {
		return nil, nil
	}
	head, err := w.segments.append(b.Data)
	if err != nil {
		return nil, err
	}
	all := append([]extent{head}, rest...)
	if failed {
		kept := int64(0)
		for _, e := range all {
			kept += e.Length
		}
		shed(b, kept)
	}
	return all, nil
}

func (w *writer) put(tx *bolt.Tx, puts []stored, found []FindingsOf, next exchange.ID) error {
	rows, records, extents := tx.Bucket(rowsBucket), tx.Bucket(recordsBucket), tx.Bucket(extentsBucket)
	// Keys ascend but for long exchanges: full pages, not half-empty ones.
	rows.FillPercent, records.FillPercent, extents.FillPercent = 1, 1, 1
	for _, p := range puts {
		k := key(p.id)
		if err := rows.Put(k, p.row); err != nil {
			return err
		}
		if err := records.Put(k, p.record); err != nil {
			return err
		}
		if p.extents == nil {
			continue
		}
		if err := extents.Put(k, p.extents); err != nil {
			return err
		}
	}
	for _, f := range found {
		if err := putFindings(tx, f); err != nil {
			return err
		}
	}
	if err := tx.Bucket(metaBucket).Put(nextKey, key(next)); err != nil {
		return err
	}
	return writePosition(tx, w.segments.at)
}

func putFindings(tx *bolt.Tx, f FindingsOf) error {
	findings, headlines := tx.Bucket(findingsBucket), tx.Bucket(headlinesBucket)
	k := key(f.ID)
	if len(f.Findings) == 0 {
		if err := findings.Delete(k); err != nil {
			return err
		}
		return headlines.Delete(k)
	}
	v, err := encoding.Marshal(f.Findings)
	if err != nil {
		return err
	}
	if err := findings.Put(k, v); err != nil {
		return err
	}
	if v, err = encodeHeadlines(exchange.Headlines(f.Findings)); err != nil {
		return err
	}
	return headlines.Put(k, v)
}
