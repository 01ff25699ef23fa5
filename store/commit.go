package store

import (
	"cmp"
	"encoding/binary"
	"slices"

	"go.etcd.io/bbolt"

	"httpwhy/inspector/exchange"
	"httpwhy/store/codec"
)

// batch is what one commit adds to the capture.
type batch struct {
	// records in the order in which the exchanges ended.
	records  []record
	findings []FindingsOf
	// spilled are all pieces so far of the bodies that got one in this batch.
	spilled map[exchange.ID]*bodyExtents
}

// record is an exchange as it is kept, with its encoded forms.
type record struct {
	x            *exchange.Exchange
	places       bodyExtents
	row, encoded []byte
}

// commit writes the backlog: bytes of bodies first, so that what the database
// refers to is there. If it fails nothing of the batch counts.
func (w *writer) commit() (*batch, error) {
	b := &batch{spilled: map[exchange.ID]*bodyExtents{}}
	before := w.segments.position()
	err := w.fill(b)
	if err == nil && len(b.records)+len(b.findings) > 0 {
		if err = w.segments.sync(); err != nil {
			// After a failed sync the system may have dropped what it had taken
			// from earlier batches too.
			w.c.bodiesShed.Add(w.c.live.loseSpilled())
		} else {
			err = w.c.db.update(b.put)
		}
	} else if err == nil {
		err = w.segments.flush()
	}
	if err != nil {
		w.segments.rewind(before)
	}
	return b, err
}

// fill appends the backlog to the segments and encodes what ended.
func (w *writer) fill(b *batch) error {
	for _, i := range w.backlog {
		switch {
		case i.piece != nil:
			if err := w.spill(b, i); err != nil {
				return err
			}
		case i.x != nil:
			r, err := w.finish(b, i.x)
			if err != nil {
				return err
			}
			b.records = append(b.records, r)
		default:
			b.findings = append(b.findings, i.findings...)
		}
	}
	return nil
}

// spill writes a piece of a body.
func (w *writer) spill(b *batch, i item) error {
	e, ok := w.c.live.get(i.id)
	if !ok || *e.lost(i.side) {
		return nil
	}
	places := b.places(i.id, &e)
	list := places.of(i.side)
	place, err := w.segments.append(i.piece)
	if err != nil {
		return err
	}
	*list = join(*list, place, i.piece)
	return nil
}

// places are the pieces of an exchange's bodies, which this batch may add to.
func (b *batch) places(id exchange.ID, e *entry) *bodyExtents {
	places := b.spilled[id]
	if places == nil {
		places = &bodyExtents{slices.Clone(e.spilled.Request), slices.Clone(e.spilled.Response)}
		b.spilled[id] = places
	}
	return places
}

// finish writes the heads of the bodies of an exchange that ended.
func (w *writer) finish(b *batch, x *exchange.Exchange) (record, error) {
	e, _ := w.c.live.get(x.ID)
	spilled := b.spilled[x.ID]
	if spilled == nil {
		spilled = &e.spilled
	}
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
	delete(b.spilled, x.ID)
	return r, r.encode()
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

func (r *record) encode() error {
	row := exchange.NewRow(r.x)
	r.row = codec.AppendRow(nil, &row)
	var err error
	if r.encoded, err = codec.Marshal(codec.NewExchange(r.x, false)); err != nil {
		return err
	}
	places, err := codec.Marshal(&r.places)
	r.encoded = append(r.encoded, places...)
	return err
}

// put writes the batch into a transaction.
func (b *batch) put(tx *bbolt.Tx) error {
	rows, records := tx.Bucket(rowsBucket), tx.Bucket(recordsBucket)
	// Keys come nearly in order, so pages need no room for later ones.
	rows.FillPercent, records.FillPercent = 0.95, 0.95
	sorted := slices.Clone(b.records)
	slices.SortFunc(sorted, func(a, b record) int { return cmp.Compare(a.x.ID, b.x.ID) })
	used := map[uint32]segmentInfo{}
	for i := range sorted {
		r := &sorted[i]
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
