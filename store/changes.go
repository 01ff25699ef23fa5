package store

import (
	"context"
	"errors"
	"slices"
	"sync"

	"httpwhy/inspector/exchange"
)

// ErrTooOld is returned by Reader.Changes when it no longer knows what changed
// since the given version: the caller reads all rows anew.
var ErrTooOld = errors.New("the list of changes does not reach back that far")

// changesKept is how many changes are remembered: more than a second of 20,000
// exchanges a second, for readers that ask several times a second.
const changesKept = 1 << 16

// changes numbers the changes of the rows: the version of a capture is the
// number of the last one.
type changes struct {
	mu sync.Mutex
	// ring[v % changesKept] is the row of change v.
	ring    []exchange.ID
	first   uint64 // changes up to this one are not remembered
	version uint64
	// changed is closed at the next change; nil if nobody waits.
	changed chan struct{}
}

// newChanges begins at version 1, so that 0, the version of one who has read
// nothing yet, is too old.
func newChanges() *changes { return &changes{first: 1, version: 1} }

func (c *changes) add(ids ...exchange.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ring == nil {
		c.ring = make([]exchange.ID, changesKept)
	}
	for _, id := range ids {
		c.version++
		c.ring[c.version%changesKept] = id
	}
	if c.version > changesKept {
		c.first = max(c.first, c.version-changesKept)
	}
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

func (c *changes) now() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.version
}

// since returns the rows that changed after version v, ascending.
func (c *changes) since(v uint64) ([]exchange.ID, uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v < c.first {
		return nil, c.version, ErrTooOld
	}
	var ids []exchange.ID
	for v++; v <= c.version; v++ {
		ids = append(ids, c.ring[v%changesKept])
	}
	slices.Sort(ids)
	return slices.Compact(ids), c.version, nil
}

// wait returns when the version is past since.
func (c *changes) wait(ctx context.Context, since uint64) (uint64, error) {
	for {
		c.mu.Lock()
		if c.version > since {
			defer c.mu.Unlock()
			return c.version, nil
		}
		if c.changed == nil {
			c.changed = make(chan struct{})
		}
		changed, version := c.changed, c.version
		c.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return version, ctx.Err()
		}
	}
}
