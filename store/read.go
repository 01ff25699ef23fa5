package store

import (
	"context"
	"errors"
	"os"
	"slices"

	"httpwhy/inspector/exchange"
	"httpwhy/store/codec"
)

// Version counts the changes of the capture since it was opened, exchanges
// under way included.
func (c *Capture) Version() uint64 { return c.changes.now() }

// Wait returns the version as soon as it is larger than since.
func (c *Capture) Wait(ctx context.Context, since uint64) (uint64, error) {
	return c.changes.wait(ctx, since)
}

// Changes returns the IDs, ascending, of the rows that changed after version
// since, and the version to which that brings the caller; ErrTooOld if that is
// too far back.
func (c *Capture) Changes(_ context.Context, since uint64) ([]exchange.ID, uint64, error) {
	return c.changes.since(since)
}

// Rows returns at most limit rows with from or a larger ID, ascending.
func (c *Capture) Rows(_ context.Context, from exchange.ID, limit int) ([]exchange.Row, error) {
	// Memory first: what is committed in between is then seen twice, not never.
	waiting := c.live.from(from)
	rows, err := c.rows(from, limit)
	if err != nil {
		return nil, err
	}
	return merge(rows, waiting, limit), nil
}

// merge adds exchanges in memory to stored rows, which are newer where both
// have one. Both are ascending.
func merge(rows []exchange.Row, waiting []*exchange.Exchange, limit int) []exchange.Row {
	if len(waiting) == 0 {
		return rows
	}
	merged := make([]exchange.Row, 0, min(len(rows)+len(waiting), limit))
	for len(merged) < limit && (len(rows) > 0 || len(waiting) > 0) {
		switch {
		case len(waiting) == 0 || len(rows) > 0 && rows[0].ID < waiting[0].ID:
			merged, rows = append(merged, rows[0]), rows[1:]
		case len(rows) > 0 && rows[0].ID == waiting[0].ID:
			waiting = waiting[1:]
		default:
			merged, waiting = append(merged, exchange.NewRow(waiting[0])), waiting[1:]
		}
	}
	return merged
}

// RowsOf returns the rows with these IDs, in that order, without unknown ones.
func (c *Capture) RowsOf(_ context.Context, ids []exchange.ID) ([]exchange.Row, error) {
	memory := map[exchange.ID]exchange.Row{}
	for _, id := range ids {
		if e, ok := c.live.get(id); ok {
			memory[id] = exchange.NewRow(e.x)
		}
	}
	rows, err := c.rowsOf(ids)
	if err != nil || len(memory) == 0 {
		return rows, err
	}
	for _, r := range rows {
		memory[r.ID] = r
	}
	rows = slices.Grow(rows[:0:0], len(ids))
	for _, id := range ids {
		if r, ok := memory[id]; ok {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// Exchange returns an exchange with the heads of its bodies, also one that is
// under way; a *NotFoundError if there is none.
func (c *Capture) Exchange(_ context.Context, id exchange.ID) (*exchange.Exchange, error) {
	if e, ok := c.live.get(id); ok {
		// A copy down to the last slice: the caller owns what it gets.
		return codec.UnmarshalExchange(codec.MarshalExchange(e.x))
	}
	return c.exchange(id)
}

// Findings returns the findings of an exchange, none if it is unknown.
func (c *Capture) Findings(_ context.Context, id exchange.ID) ([]exchange.Finding, error) {
	return c.findings(id)
}

// ReadBody returns up to n bytes of what is kept of a body, from offset off;
// fewer only at its end. Of an exchange under way that is what is known so far.
func (c *Capture) ReadBody(_ context.Context, id exchange.ID, side exchange.Side, off int64, n int) ([]byte, error) {
	e, ok := c.live.get(id)
	if !ok {
		return c.readBody(id, side, off, n)
	}
	m := e.x.Message(side)
	if m == nil || off < 0 || n <= 0 {
		return nil, nil
	}
	head := int64(len(m.Body.Data))
	var body []byte
	if off < head {
		body = slices.Clone(m.Body.Data[off:min(head, off+int64(n))])
	}
	if len(body) == n || head < exchange.HeadSize {
		return body, nil
	}
	rest, err := readExtents(c.dir, *e.spilled.of(side), max(off-head, 0), n-len(body))
	return append(body, rest...), err
}

// Info returns facts about the capture and this process.
func (c *Capture) Info(context.Context) (Info, error) {
	i := Info{
		PID: os.Getpid(), Started: c.started, Active: uint64(len(c.live.active())),
		BodiesShed: c.bodiesShed.Load(), Lost: c.lost.Load(), Unwritten: c.unwritten.Load(), SocketError: c.socketError,
	}
	if a := c.address.Load(); a != nil {
		i.Address = *a
	}
	if e := c.diskError.Load(); e != nil {
		i.DiskError = *e
	}
	var err error
	i.Exchanges, err = c.count()
	if damaged := new(UnusableError); errors.As(err, &damaged) {
		i.DiskError, err = damaged.Error(), nil
	}
	return i, err
}
