package store

import "slices"

// failed keeps what could not be written for the next attempt, as far as there
// is room, and tells those who wait.
func (w *writer) failed(err error) {
	reason := err.Error()
	if w.c.diskError.Swap(&reason) == nil && w.c.options.Disk != nil {
		w.c.options.Disk(reason)
	}
	var waiting []chan<- error
	w.backlog = slices.DeleteFunc(w.backlog, func(i item) bool {
		if i.waiting != nil {
			waiting = append(waiting, i.waiting)
		}
		return i.waiting != nil
	})
	w.shedBodies(w.c.options.QueueBytes / 2)
	w.c.unwritten.Store(uint64(w.dropExchanges(maxUnwritten)))
	w.c.queue.hold(w.held())
	for _, c := range waiting {
		c <- err
	}
}

// held are the bytes of bodies in the backlog and in the batch under way.
func (w *writer) held() int64 {
	n := heldBy(w.backlog)
	if w.flight != nil {
		n += heldBy(w.flight.items)
	}
	return n
}

func heldBy(items []item) int64 {
	var n int64
	for _, i := range items {
		n += int64(len(i.piece))
		if i.x != nil {
			n += headBytes(i.x)
		}
	}
	return n
}

// shedBodies sheds the oldest bodies until the others take no more than limit
// bytes: the latest exchanges are those that somebody is looking for.
func (w *writer) shedBodies(limit int64) {
	over := heldBy(w.backlog) - limit
	for n := range w.backlog {
		i := &w.backlog[n]
		if over <= 0 {
			break
		}
		switch {
		case i.piece != nil:
			over -= int64(len(i.piece))
			if w.c.live.lose(i.id, i.side) {
				w.c.bodiesShed.Add(1)
			}
			i.piece = nil
		case i.x != nil && headBytes(i.x) > 0:
			over -= headBytes(i.x)
			i.x = withoutBodies(i.x)
			w.c.live.replace(i.x)
			w.c.bodiesShed.Add(1)
		}
	}
	w.backlog = slices.DeleteFunc(w.backlog, func(i item) bool { return i.piece == nil && i.x == nil && i.findings == nil })
}

// dropExchanges gives up the oldest exchanges beyond limit, and returns how
// many are left.
func (w *writer) dropExchanges(limit int) int {
	kept := 0
	for _, i := range w.backlog {
		if i.x != nil {
			kept++
		}
	}
	w.backlog = slices.DeleteFunc(w.backlog, func(i item) bool {
		if i.x == nil || kept <= limit {
			return false
		}
		kept--
		w.c.live.remove(i.x)
		w.c.lost.Add(1)
		w.c.changes.add(i.x.ID)
		return true
	})
	return kept
}
