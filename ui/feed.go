package ui

import (
	"context"
	"errors"
	"math"
	"time"

	"httpwhy/inspector/exchange"
)

// pageSize is how many rows are read at once: the first page fills any screen,
// and a page is read and shown well within a tick.
const (
	firstPage = 256
	pageSize  = 4096
)

// batch is what the feed found out since the last one. An ID occurs in it at
// most once.
type batch struct {
	rows []exchange.Row
	gone []exchange.ID
	// rows are all that the capture has from ID from on and below to.
	from, to exchange.ID
	// loading: older rows are still to come.
	loading bool
	err     error
}

// feed brings the rows of a source to deliver: the newest page first, then the
// older ones, and from then on what changes, once per tick at most. It draws
// nothing and is never called by the capture.
type feed struct {
	source  Source
	tick    time.Duration
	deliver func(batch)

	version uint64
	// older is the lowest ID that was loaded; rows below it are still missing.
	older exchange.ID
}

// run works until ctx ends.
func (f *feed) run(ctx context.Context) {
	ticker := time.NewTicker(f.tick)
	defer ticker.Stop()
	loaded := false
	for ctx.Err() == nil {
		var err error
		switch {
		case !loaded:
			err = f.first(ctx)
			loaded = err == nil
		case f.older > 1:
			err = f.page(ctx)
		}
		if err != nil && ctx.Err() == nil {
			f.deliver(batch{err: err})
		}
		if f.older > 1 && err == nil && len(ticker.C) == 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if !loaded {
			continue
		}
		if errors.Is(f.poll(ctx), ErrTooOld) {
			loaded = false
		}
	}
}

// first loads the newest page.
func (f *feed) first(ctx context.Context) error {
	// The version comes first: what changes during the load is told again.
	f.version = f.source.Version()
	last, err := lastID(ctx, f.source)
	if err != nil {
		return err
	}
	from := exchange.ID(1)
	if last > firstPage {
		from = last - firstPage + 1
	}
	rows, err := f.source.Rows(ctx, from, firstPage+pageSize)
	if err != nil {
		return err
	}
	f.older = from
	to := exchange.ID(math.MaxUint64)
	if n := len(rows); n == firstPage+pageSize {
		to = rows[n-1].ID + 1 // the rest are changes since version
	}
	f.deliver(batch{rows: rows, from: from, to: to, loading: from > 1})
	return nil
}

// page loads the page below what is known.
func (f *feed) page(ctx context.Context) error {
	from := exchange.ID(1)
	if f.older > pageSize {
		from = f.older - pageSize
	}
	rows, err := f.source.Rows(ctx, from, int(f.older-from))
	if err != nil {
		return err
	}
	// IDs that retention removed leave gaps, which newer rows then fill.
	for len(rows) > 0 && rows[len(rows)-1].ID >= f.older {
		rows = rows[:len(rows)-1]
	}
	to := f.older
	f.older = from
	f.deliver(batch{rows: rows, from: from, to: to, loading: from > 1})
	return nil
}

// poll delivers what changed, if anything did.
func (f *feed) poll(ctx context.Context) error {
	if f.source.Version() == f.version {
		return nil
	}
	ids, version, err := f.source.Changes(ctx, f.version)
	if err != nil {
		if !errors.Is(err, ErrTooOld) && ctx.Err() == nil {
			f.deliver(batch{err: err})
		}
		return err
	}
	rows, err := f.source.RowsOf(ctx, ids)
	if err != nil {
		if ctx.Err() == nil {
			f.deliver(batch{err: err})
		}
		return err
	}
	f.version = version
	f.deliver(batch{rows: rows, gone: missing(ids, rows), loading: f.older > 1})
	return nil
}

// missing are the ids without a row: the capture dropped them.
func missing(ids []exchange.ID, rows []exchange.Row) []exchange.ID {
	if len(ids) == len(rows) {
		return nil
	}
	have := make(map[exchange.ID]bool, len(rows))
	for i := range rows {
		have[rows[i].ID] = true
	}
	var gone []exchange.ID
	for _, id := range ids {
		if !have[id] {
			gone = append(gone, id)
		}
	}
	return gone
}

// lastID finds the largest ID of a source, which a Source does not tell, by
// doubling and halving: some forty reads of one row.
func lastID(ctx context.Context, s Source) (exchange.ID, error) {
	has := func(from exchange.ID) (exchange.ID, error) {
		rows, err := s.Rows(ctx, from, 1)
		if err != nil || len(rows) == 0 {
			return 0, err
		}
		return rows[0].ID, nil
	}
	low, err := has(1)
	if err != nil || low == 0 {
		return 0, err
	}
	high := low * 2
	for {
		id, err := has(high)
		if err != nil {
			return 0, err
		}
		if id == 0 {
			break
		}
		low, high = id, id*2
	}
	// A row with ID low exists, none with ID high or more.
	for high-low > 1 {
		middle := low + (high-low)/2
		id, err := has(middle)
		if err != nil {
			return 0, err
		}
		if id == 0 {
			high = middle
		} else {
			low = id
		}
	}
	return low, nil
}
