package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"httpwhy/inspector/exchange"
	"httpwhy/store/codec"
)

// batch is what one commit adds to the capture.
type batch struct {
	items []item
	// records in the order in which the exchanges ended.
	records  []record
	findings []FindingsOf
	// before and after are the ends of the segments without and with it; beside:
	// pieces of bodies may have been written since.
	before, after position
	beside        bool
	// unsynced are the segments that have to be on the disk before it.
	unsynced []*os.File
	begun    time.Time
}

// record is an exchange as it is kept, with its encoded forms.
type record struct {
	x            *exchange.Exchange
	places       bodyExtents
	row, encoded []byte
}

// landing is the end of a commit.
type landing struct {
	err error
	// unsynced: it failed because the disk did not take the bytes of bodies.
	unsynced bool
}

// commit begins to commit all that there is: the bytes of bodies first, so that
// what the database refers to is there. If it fails nothing of the batch counts.
func (w *writer) commit() {
	// The pieces of a body come before the end of its exchange.
	latest, ended := w.c.queue.takeAll()
	pieces, items := w.split()
	pieces, items = append(pieces, latest...), append(items, ended...)
	if n, err := w.spill(pieces); err != nil {
		w.backlog = slices.Concat(pieces[n:], items)
		w.failed(err)
		w.lastEnd = time.Now()
		return
	}
	b := &batch{items: items, before: w.segments.position(), begun: time.Now()}
	w.flight, w.backlog = b, nil
	if err := w.fill(b); err != nil {
		w.land(landing{err: err})
		return
	}
	if len(b.records)+len(b.findings) == 0 {
		w.land(landing{})
		return
	}
	b.after, b.beside = w.segments.position(), true
	b.unsynced = w.segments.takeUnsynced()
	go func() { w.landed <- w.c.write(b) }()
}

// split parts the backlog into pieces of bodies and the rest.
func (w *writer) split() (pieces, items []item) {
	for _, i := range w.backlog {
		if i.piece != nil {
			pieces = append(pieces, i)
		} else {
			items = append(items, i)
		}
	}
	return pieces, items
}

// write makes a batch durable.
func (c *Capture) write(b *batch) landing {
	for _, f := range b.unsynced {
		if err := f.Sync(); err != nil {
			return landing{fmt.Errorf("write bodies to the disk: %w", err), true}
		}
	}
	return landing{err: c.db.update(b.put)}
}

// land handles the end of a commit.
func (w *writer) land(l landing) {
	b := w.flight
	w.flight = nil
	w.segments.giveBack(b.unsynced, l.err == nil)
	if l.unsynced {
		// After a failed sync the system may have dropped what it had taken
		// from earlier batches too.
		w.c.bodiesShed.Add(w.c.live.loseSpilled())
	}
	if l.err == nil {
		w.committed(b)
		w.c.queue.hold(w.held())
	} else {
		// Where pieces were written since, the bytes stay, and nobody refers to
		// them.
		if !b.beside || w.segments.position() == b.after {
			w.segments.rewind(b.before)
		}
		w.backlog = append(b.items, w.backlog...)
		w.failed(l.err)
	}
	w.lastSize, w.lastEnd = len(b.records), time.Now()
	w.lastTook = w.lastEnd.Sub(b.begun)
}

// fill appends the heads of bodies to the segments and encodes what ended.
func (w *writer) fill(b *batch) error {
	b.records = make([]record, 0, len(b.items))
	for _, i := range b.items {
		switch {
		case i.x != nil:
			r, err := w.finish(i.x)
			if err != nil {
				return err
			}
			b.records = append(b.records, r)
		default:
			b.findings = append(b.findings, i.findings...)
		}
	}
	return w.segments.flush()
}

// spill writes pieces of bodies where readers find them, and gives them back.
// If it fails it returns how many it wrote.
func (w *writer) spill(pieces []item) (int, error) {
	places := map[exchange.ID]*bodyExtents{}
	for n, i := range pieces {
		before := w.segments.position()
		if err := w.spillOne(places, i); err != nil {
			w.segments.rewind(before)
			w.spilled(pieces[:n], places)
			return n, err
		}
		w.c.queue.release(int64(len(i.piece)))
	}
	w.spilled(pieces, places)
	return len(pieces), nil
}

func (w *writer) spillOne(all map[exchange.ID]*bodyExtents, i item) error {
	e, ok := w.c.live.get(i.id)
	if !ok || *e.lost(i.side) {
		return nil
	}
	place, err := w.segments.append(i.piece)
	if err == nil {
		err = w.segments.flush()
	}
	if err != nil {
		return err
	}
	places := all[i.id]
	if places == nil {
		places = &bodyExtents{slices.Clone(e.spilled.Request), slices.Clone(e.spilled.Response)}
		all[i.id] = places
	}
	list := places.of(i.side)
	*list = join(*list, place, i.piece)
	return nil
}

// spilled tells where pieces are, and gives them back.
func (w *writer) spilled(pieces []item, places map[exchange.ID]*bodyExtents) {
	w.c.live.spill(places)
	if w.c.options.Recycle == nil {
		return
	}
	for _, i := range pieces {
		w.c.options.Recycle(i.piece)
	}
}

// finish writes the heads of the bodies of an exchange that ended.
func (w *writer) finish(x *exchange.Exchange) (record, error) {
	e, _ := w.c.live.get(x.ID)
	spilled := &e.spilled
	r := record{x: x}
	for _, side := range []exchange.Side{exchange.RequestSide, exchange.ResponseSide} {
		m := r.x.Message(side)
		if m == nil || len(m.Body.Data) == 0 {
			continue
		}
		head, err := w.segments.append(m.Body.Data)
		if err != nil {
			return r, err
		}
		list := join(nil, head, m.Body.Data)
		// What was spilled follows a whole head. Of an exchange that was
		// interrupted we may know less of the head than there was.
		if len(m.Body.Data) == exchange.HeadSize {
			list = append(list, *spilled.of(side)...)
		}
		*r.places.of(side) = list
		if total(list) != m.Body.Kept {
			r.x = w.corrected(r.x, side, total(list))
		}
	}
	w.encode(&r)
	return r, nil
}

// corrected is x with what there really is of a body: less than was taken down,
// where a piece was lost; more, where the exchange was interrupted after its
// last step.
func (w *writer) corrected(x *exchange.Exchange, side exchange.Side, kept int64) *exchange.Exchange {
	x = snapshot(x)
	body := &x.Message(side).Body
	if kept > body.Kept {
		body.Kept, body.Size = kept, max(body.Size, kept)
		return x
	}
	size := len(body.Data)
	shed(body, kept)
	if len(body.Data) < size || body.State != exchange.InterruptedBody {
		x.Notes = append(slices.Clip(x.Notes), notKept)
	}
	return x
}

// encode encodes r in room that the writer reuses: what is kept of it until the
// commit is one allocation of its size.
func (w *writer) encode(r *record) {
	row := exchange.NewRow(r.x)
	b := codec.AppendRow(w.room[:0], &row)
	n := len(b)
	b = r.places.append(codec.AppendExchange(b, r.x, false))
	both := bytes.Clone(b)
	r.row, r.encoded = both[:n:n], both[n:]
	if w.room = b; cap(b) > maxRoom {
		w.room = nil
	}
}

// put writes the batch into a transaction.
func (b *batch) put(tx *bbolt.Tx) error {
	rows, records := tx.Bucket(rowsBucket), tx.Bucket(recordsBucket)
	// Keys come nearly in order, so pages need no room for later ones.
	rows.FillPercent, records.FillPercent = 0.95, 0.95
	sorted := make([]*record, len(b.records))
	for i := range b.records {
		sorted[i] = &b.records[i]
	}
	slices.SortFunc(sorted, func(a, b *record) int { return cmp.Compare(a.x.ID, b.x.ID) })
	used := map[uint32]segmentInfo{}
	for _, r := range sorted {
		if err := rows.Put(key(r.x.ID), r.row); err != nil {
			return err
		}
		if err := records.Put(key(r.x.ID), r.encoded); err != nil {
			return err
		}
		r.use(used)
	}
	for number, info := range used {
		if err := putSegment(tx, number, info); err != nil {
			return err
		}
	}
	for _, f := range b.findings {
		if err := putFindings(tx, f); err != nil {
			return err
		}
	}
	n := binary.BigEndian.AppendUint64(nil, count(tx)+uint64(len(sorted)))
	return tx.Bucket(metaBucket).Put(exchangesKey, n)
}

// use notes what the bodies of r occupy in which segments.
func (r *record) use(segments map[uint32]segmentInfo) {
	for _, list := range [][]extent{r.places.Request, r.places.Response} {
		for _, e := range list {
			info, known := segments[e.Segment]
			info.Length = max(info.Length, e.Offset+e.Length)
			info.Last = max(info.Last, r.x.ID)
			if !known || r.x.ID < info.First {
				info.First = r.x.ID
			}
			segments[e.Segment] = info
		}
	}
}

// putFindings replaces the findings of an exchange, if the capture has it.
func putFindings(tx *bbolt.Tx, f FindingsOf) error {
	k := key(f.ID)
	findings, headlines := tx.Bucket(findingsBucket), tx.Bucket(headlinesBucket)
	findings.FillPercent, headlines.FillPercent = 0.95, 0.95
	if len(f.Findings) == 0 {
		if err := headlines.Delete(k); err != nil {
			return err
		}
		return findings.Delete(k)
	}
	if tx.Bucket(rowsBucket).Get(k) == nil {
		return nil
	}
	encoded, err := codec.MarshalFindings(f.Findings)
	if err != nil {
		return err
	}
	if err := findings.Put(k, encoded); err != nil {
		return err
	}
	return headlines.Put(k, codec.AppendHeadlines(nil, exchange.Headlines(f.Findings)))
}
