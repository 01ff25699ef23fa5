package inspector

import (
	"cmp"
	"container/list"
	"net/netip"
	"slices"
	"time"

	"httpwhy/inspector/exchange"
)

// The bounds of what relators remember.
const (
	// maxKeys is the number of keys, e.g. client and URL, that a window holds;
	// the least recently used goes first.
	maxKeys = 4096
	// maxPerKey is the number of exchanges under one key: the latest.
	maxPerKey = 128
	// maxBytes bounds the bodies of a window's exchanges; the least recently
	// used key goes first.
	maxBytes = 16 << 20
)

// client tells the clients of a capture apart: parallel programs interleave.
type client struct {
	addr      netip.Addr
	userAgent string
}

func clientOf(x *exchange.Exchange) client {
	return client{x.Client.Addr.Addr(), x.Request.Header.Get("User-Agent")}
}

// window remembers the latest exchanges under each of the latest keys, ordered
// by their start, whatever the order in which they came.
type window[K comparable] struct {
	entries map[K]*list.Element
	recent  *list.List
	bytes   int
}

type entry[K comparable] struct {
	key K
	xs  []*exchange.Exchange
}

func newWindow[K comparable]() *window[K] {
	return &window[K]{entries: map[K]*list.Element{}, recent: list.New()}
}

// add puts x under key, in place of an earlier state of the same exchange.
func (w *window[K]) add(key K, x *exchange.Exchange) {
	e := w.entry(key)
	at, found := slices.BinarySearchFunc(e.xs, x, byStart)
	w.bytes += weight(x)
	if found {
		w.bytes -= weight(e.xs[at])
		e.xs[at] = x
	} else {
		e.xs = slices.Insert(e.xs, at, x)
	}
	if len(e.xs) > maxPerKey {
		w.bytes -= weight(e.xs[0])
		e.xs[0] = nil
		e.xs = e.xs[1:] // an append makes room again, for many at a time
	}
	for w.recent.Len() > maxKeys || w.bytes > maxBytes && w.recent.Len() > 1 {
		w.evict()
	}
}

func (w *window[K]) entry(key K) *entry[K] {
	if el, ok := w.entries[key]; ok {
		w.recent.MoveToFront(el)
		return el.Value.(*entry[K])
	}
	e := &entry[K]{key: key}
	w.entries[key] = w.recent.PushFront(e)
	return e
}

func (w *window[K]) evict() {
	oldest := w.recent.Remove(w.recent.Back()).(*entry[K])
	delete(w.entries, oldest.key)
	for _, x := range oldest.xs {
		w.bytes -= weight(x)
	}
}

// weight is about the memory of an exchange's bodies.
func weight(x *exchange.Exchange) int {
	n := len(x.Request.Body.Data)
	if x.Response != nil {
		n += len(x.Response.Body.Data)
	}
	return n
}

// get returns the exchanges under key by their start. They are not to be
// changed.
func (w *window[K]) get(key K) []*exchange.Exchange {
	if el, ok := w.entries[key]; ok {
		return el.Value.(*entry[K]).xs
	}
	return nil
}

func byStart(a, b *exchange.Exchange) int {
	if c := a.Start.Compare(b.Start); c != 0 {
		return c
	}
	return cmp.Compare(a.ID, b.ID)
}

// answered is the time at which the response head of x was there.
func answered(x *exchange.Exchange) time.Time {
	at := x.Timing.ResponseHead
	if at == 0 {
		at = x.Timing.Last()
	}
	return x.Start.Add(at)
}

// sent is when x was on its way. The first exchange of a connection starts with
// it, and browsers open that while they wait for another answer, e.g. a preflight's.
func sent(x *exchange.Exchange) time.Time { return x.Start.Add(x.Timing.RequestEnd) }
