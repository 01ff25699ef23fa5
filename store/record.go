package store

import "httpwhy/inspector/exchange"

// Begin makes an exchange known that is under way, and returns its number. It
// keeps a copy of x.
func (c *Capture) Begin(x *exchange.Exchange) exchange.ID {
	copied := snapshot(x)
	copied.ID = exchange.ID(c.lastID.Add(1))
	c.live.begin(copied)
	c.changes.add(copied.ID)
	return copied.ID
}

// Step keeps a copy of x, which has come further.
func (c *Capture) Step(x *exchange.Exchange) {
	if c.live.step(snapshot(x)) {
		c.changes.add(x.ID)
	}
}

// Spill keeps the next bytes of a body beyond its head, and owns p from then
// on. It reports false when there is no room for them.
func (c *Capture) Spill(id exchange.ID, side exchange.Side, p []byte) bool {
	if c.queue.spill(id, side, p) {
		return true
	}
	c.bodiesShed.Add(1)
	return false
}

// End takes the finished exchange x, which nobody changes any more.
func (c *Capture) End(x *exchange.Exchange) {
	kept, ok := c.queue.admit(x)
	if !ok {
		c.lost.Add(1)
		c.live.remove(x)
		c.changes.add(x.ID)
		return
	}
	if kept != x {
		c.bodiesShed.Add(1)
	}
	if !c.live.end(kept) {
		return
	}
	c.queue.add(item{x: kept}, false)
	c.changes.add(x.ID)
}

// PutFindings adds findings to the next commit. Those of exchanges that are
// not committed yet are dropped: find them in what Options.Committed was given.
func (c *Capture) PutFindings(found []FindingsOf) {
	if len(found) > 0 {
		c.queue.add(item{findings: found}, false)
	}
}
