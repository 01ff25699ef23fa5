package inspector

import (
	"slices"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// refreshes joins the requests of one client for a new access token (RFC 6749
// section 6) with each other, and with what was asked after them.
type refreshes struct{ asked, refused *window[client] }

// refreshWithin is the time in which a new token is put to use, and in which
// refreshes belong together.
const refreshWithin = time.Minute

func newRefreshes() *refreshes { return &refreshes{newWindow[client](), newWindow[client]()} }

func (r *refreshes) add(x *exchange.Exchange) []*exchange.Exchange {
	c := clientOf(x)
	if rules.Refreshes(&x.Request) {
		r.asked.add(c, x)
		near := func(y *exchange.Exchange) bool {
			return y.ID == x.ID || y.Start.Sub(x.Start).Abs() > refreshWithin
		}
		return slices.DeleteFunc(append(slices.Clone(r.asked.get(c)), r.refused.get(c)...), near)
	}
	if challenged(x) && credentialed(x) {
		r.refused.add(c, x)
	}
	return nil
}

func (r *refreshes) flush() []*exchange.Exchange { return nil }

func (r *refreshes) link(x *exchange.Exchange, links *rules.Links) {
	if !rules.Refreshes(&x.Request) && (!challenged(x) || !credentialed(x)) {
		return
	}
	for _, y := range r.asked.get(clientOf(x)) {
		if y.Start.Sub(x.Start).Abs() <= refreshWithin {
			links.Refreshes = append(links.Refreshes, y)
		}
	}
}
