package store

import (
	"maps"
	"slices"
	"sync"

	"httpwhy/inspector/exchange"
)

// live are the exchanges that are not committed yet: those under way, and those
// that ended and wait for the writer.
type live struct {
	mu      sync.Mutex
	entries map[exchange.ID]*entry
}

// entry is one exchange that is not committed yet.
type entry struct {
	// x is not changed any more: a step replaces it.
	x     *exchange.Exchange
	ended bool
	// spilled are the pieces of its bodies that are in segments already.
	spilled bodyExtents
	// lost says of a body that a piece of it is missing, so that later ones are
	// of no use.
	lostRequest, lostResponse bool
}

func (e *entry) lost(side exchange.Side) *bool {
	if side == exchange.RequestSide {
		return &e.lostRequest
	}
	return &e.lostResponse
}

func newLive() *live { return &live{entries: map[exchange.ID]*entry{}} }

// snapshot is x as it is now, while its recorder goes on with x. What stands
// behind slices and pointers that a step may still change is copied; bytes of a
// body are only ever appended to.
func snapshot(x *exchange.Exchange) *exchange.Exchange {
	copied := *x
	if x.Response != nil {
		response := *x.Response
		copied.Response = &response
	}
	if x.Failure != nil {
		failure := *x.Failure
		copied.Failure = &failure
	}
	return &copied
}

func (l *live) begin(x *exchange.Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries[x.ID] = &entry{x: x}
}

// step replaces what is known of an exchange under way.
func (l *live) step(x *exchange.Exchange) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entries[x.ID]
	if e == nil || e.ended {
		return false
	}
	e.x = x
	return true
}

// end makes x final; false if it ended before.
func (l *live) end(x *exchange.Exchange) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entries[x.ID]
	if e == nil || e.ended {
		return false
	}
	e.x, e.ended = x, true
	return true
}

// replace changes what is kept of an exchange that ended.
func (l *live) replace(x *exchange.Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.entries[x.ID]; e != nil {
		e.x = x
	}
}

// get returns a copy of the entry.
func (l *live) get(id exchange.ID) (entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entries[id]
	if e == nil {
		return entry{}, false
	}
	return *e, true
}

// spill tells where the bodies of exchanges under way are.
func (l *live) spill(places map[exchange.ID]*bodyExtents) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, places := range places {
		if e := l.entries[id]; e != nil {
			// Clipped: what a reader took must not grow under it.
			e.spilled = bodyExtents{slices.Clone(places.Request), slices.Clone(places.Response)}
		}
	}
}

// lose tells that a piece of a body is missing, and reports whether it is the
// first.
func (l *live) lose(id exchange.ID, side exchange.Side) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entries[id]
	if e == nil || *e.lost(side) {
		return false
	}
	*e.lost(side) = true
	return true
}

// loseSpilled lets go of all pieces in segments, and returns of how many bodies.
func (l *live) loseSpilled() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var bodies uint64
	for _, e := range l.entries {
		for _, side := range []exchange.Side{exchange.RequestSide, exchange.ResponseSide} {
			if list := e.spilled.of(side); len(*list) > 0 {
				*list, *e.lost(side) = nil, true
				bodies++
			}
		}
	}
	return bodies
}

// remove forgets exchanges that are committed, or given up.
func (l *live) remove(xs ...*exchange.Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range xs {
		delete(l.entries, x.ID)
	}
}

// from returns the exchanges with id or a larger ID, ascending.
func (l *live) from(id exchange.ID) []*exchange.Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	var xs []*exchange.Exchange
	for _, i := range slices.Sorted(maps.Keys(l.entries)) {
		if i >= id {
			xs = append(xs, l.entries[i].x)
		}
	}
	return xs
}

// active returns the exchanges that have not ended.
func (l *live) active() []*exchange.Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	var xs []*exchange.Exchange
	for _, e := range l.entries {
		if !e.ended {
			xs = append(xs, e.x)
		}
	}
	return xs
}
