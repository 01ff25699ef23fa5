package ui

import (
	"context"
	"errors"
	"slices"
	"sync"

	"httpwhy/inspector/exchange"
)

// fakeSource is a capture in memory.
type fakeSource struct {
	mu       sync.Mutex
	version  uint64
	changed  map[exchange.ID]uint64
	all      map[exchange.ID]*exchange.Exchange
	findings map[exchange.ID][]exchange.Finding
	bodies   map[exchange.ID][]byte
	// forgotten: versions below it are too old for Changes.
	forgotten uint64
	reads     int
	// slow, if not nil, is closed when bodies may be read.
	slow chan struct{}
}

func newFakeSource(xs ...*exchange.Exchange) *fakeSource {
	f := &fakeSource{
		changed: map[exchange.ID]uint64{}, all: map[exchange.ID]*exchange.Exchange{},
		findings: map[exchange.ID][]exchange.Finding{}, bodies: map[exchange.ID][]byte{},
	}
	for _, x := range xs {
		f.put(x)
	}
	return f
}

// put adds or changes an exchange; without an ID it gets the next.
func (f *fakeSource) put(x *exchange.Exchange, findings ...exchange.Finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if x.ID == 0 {
		x.ID = exchange.ID(len(f.all) + 1)
	}
	for i := range findings {
		findings[i].Exchange = x.ID
		findings[i].Primary = i == 0
	}
	f.version++
	f.all[x.ID] = x
	f.findings[x.ID] = findings
	f.changed[x.ID] = f.version
}

func (f *fakeSource) remove(id exchange.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.version++
	delete(f.all, id)
	f.changed[id] = f.version
}

func (f *fakeSource) Version() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.version
}

func (f *fakeSource) Rows(_ context.Context, from exchange.ID, limit int) ([]exchange.Row, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads++
	var ids []exchange.ID
	for id := range f.all {
		if id >= from {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return f.rows(ids[:min(limit, len(ids))]), nil
}

func (f *fakeSource) Changes(_ context.Context, since uint64) ([]exchange.ID, uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if since < f.forgotten {
		return nil, 0, ErrTooOld
	}
	var ids []exchange.ID
	for id, v := range f.changed {
		if v > since {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, f.version, nil
}

func (f *fakeSource) RowsOf(_ context.Context, ids []exchange.ID) ([]exchange.Row, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rows(ids), nil
}

func (f *fakeSource) rows(ids []exchange.ID) []exchange.Row {
	var rows []exchange.Row
	for _, id := range ids {
		if x := f.all[id]; x != nil {
			r := exchange.NewRow(x)
			r.Findings = exchange.Headlines(f.findings[id])
			rows = append(rows, r)
		}
	}
	return rows
}

func (f *fakeSource) Exchange(_ context.Context, id exchange.ID) (*exchange.Exchange, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if x := f.all[id]; x != nil {
		return x, nil
	}
	return nil, errors.New("no such exchange")
}

func (f *fakeSource) Findings(_ context.Context, id exchange.ID) ([]exchange.Finding, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.findings[id], nil
}

func (f *fakeSource) ReadBody(ctx context.Context, id exchange.ID, _ exchange.Side, off int64, n int) ([]byte, error) {
	if f.slow != nil {
		select {
		case <-f.slow:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	body := f.bodies[id]
	if off >= int64(len(body)) {
		return nil, nil
	}
	return body[off:min(int64(len(body)), off+int64(n))], nil
}
