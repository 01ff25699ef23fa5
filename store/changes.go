package store

import (
	"context"
	"errors"
	"slices"
	"sync"

	"httpwhy/inspector/exchange"
)

// ErrTooOld is returned by Changes when the log of changes does not reach back
// to the given version: the caller reads all rows anew.
var ErrTooOld = errors.New("the list of changes does not reach back that far")

// changesKept bounds the log of changes: some seconds of heavy traffic.
const changesKept = 1 << 16

// changes counts the changes of a capture and remembers the latest.
type changes struct {
	mu      sync.Mutex
	version uint64
	// ids is a ring: the change to version v is at v % changesKept.
	ids  []exchange.ID
	from uint64 // the log reaches back to this version
	// grown is closed and replaced with every change that is waited for.
	grown chan struct{}
}

func newChanges() *changes {
	return &changes{version: 1, from: 1, ids: make([]exchange.ID, changesKept), grown: make(chan struct{})}
}

func (c *changes) add(ids ...exchange.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		c.version++
		c.ids[c.version%changesKept] = id
	}
	if c.version > changesKept {
		c.from = max(c.from, c.version-changesKept)
	}
	close(c.grown)
	c.grown = make(chan struct{})
}

func (c *changes) now() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.version
}

// since returns the IDs that changed after version v, ascending.
func (c *changes) since(v uint64) ([]exchange.ID, uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v < c.from {
		return nil, c.version, ErrTooOld
	}
	var ids []exchange.ID
	for n := v + 1; n <= c.version; n++ {
		ids = append(ids, c.ids[n%changesKept])
	}
	slices.Sort(ids)
	return slices.Compact(ids), c.version, nil
}

// wait returns when the version is past v.
func (c *changes) wait(ctx context.Context, v uint64) (uint64, error) {
	for {
		c.mu.Lock()
		version, grown := c.version, c.grown
		c.mu.Unlock()
		if version > v {
			return version, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return version, ctx.Err()
		}
	}
}
