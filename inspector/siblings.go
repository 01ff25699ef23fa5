package inspector

import (
	"net/http"
	"slices"
	"sort"
	"strings"
	"time"

	"httpwhy/inspector/endpoint"
	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// siblings joins the exchanges of one client with the same method and endpoint,
// so that repetitions, bursts and what is usual for the endpoint can be seen.
type siblings struct {
	seen *window[siblingKey]
	// lastAborted is the latest end of an exchange that the client gave up,
	// lastWrite the latest start of one that may have changed something.
	lastAborted, lastWrite time.Time
}

type siblingKey struct {
	client
	method, host, template string
}

const (
	// slowWait is the time to the first byte from which an exchange is compared
	// with its earlier siblings again when another of those ends.
	slowWait = time.Second
	// burstWithin is the time in which the requests of a burst begin.
	burstWithin = 2 * time.Second
	// replaceWithin is the time in which a client that cancels a request sends
	// the next one.
	replaceWithin = time.Second
	// repeatWithin is the time in which one request is a repetition of another.
	repeatWithin = time.Minute
)

func newSiblings() *siblings { return &siblings{seen: newWindow[siblingKey]()} }

func (s *siblings) keyOf(x *exchange.Exchange) (key siblingKey, ok bool) {
	switch x.Request.Method {
	case "", http.MethodConnect, http.MethodOptions:
		return key, false
	}
	host, template := endpoint.Of(x.URL)
	return siblingKey{clientOf(x), x.Request.Method, host, template}, true
}

func (s *siblings) add(x *exchange.Exchange) []*exchange.Exchange {
	key, ok := s.keyOf(x)
	if !ok {
		return nil
	}
	s.seen.add(key, x)
	if end := x.End(); aborted(x) && end.After(s.lastAborted) {
		s.lastAborted = end
	}
	if rules.Writes(x) && x.Start.After(s.lastWrite) {
		s.lastWrite = x.Start
	}
	var touched []*exchange.Exchange
	all := s.seen.get(key)
	at, _ := slices.BinarySearchFunc(all, x, byStart)
	// Of those before x, only the first of a burst, the last, and what was aborted
	// just now can be changed by it: the others need no look.
	first := sort.Search(at, func(i int) bool { return x.Start.Sub(all[i].Start) <= burstWithin })
	abortedNow := x.Start.Sub(s.lastAborted) <= replaceWithin
	// A burst tells something only if each of its requests is for another item.
	burst := x.Request.Method == http.MethodGet && strings.Contains(key.template, "{id}")
	repeated := s.oneMore(all, at)
	for i, y := range all {
		if i < at && i != first && i != at-1 && !abortedNow || y.ID == x.ID {
			continue
		}
		if ended(all, i, at) || burst && leads(all, i, x) || (!repeated || !healthy(y)) && changes(x, y) {
			touched = append(touched, y)
		}
		// A later repetition of x looks back to the latest one, which is y.
		repeated = repeated || i > at && y.URL == x.URL && rules.SameContent(&x.Request.Body, &y.Request.Body)
	}
	return touched
}

// oneMore reports whether the sibling at the place is one more of the equal
// requests in a row, so that those after it repeated another already and do so
// still. Repetitions are told once, by the first of them.
func (s *siblings) oneMore(all []*exchange.Exchange, at int) bool {
	if at == 0 || at+1 >= len(all) || all[at].Request.Method != http.MethodGet {
		return false
	}
	before, x, after := all[at-1], all[at], all[at+1]
	return after.Start.Sub(before.Start) < rules.ReadAgain && !s.lastWrite.After(before.Start) &&
		alike(before, x) && alike(x, after)
}

// alike reports whether two requests are equal and so are their answers, each 200
// and in full, as far as rules compare them.
func alike(x, y *exchange.Exchange) bool {
	return x.Status() == http.StatusOK && y.Status() == http.StatusOK && x.Failure == nil && y.Failure == nil && !x.Synthetic && !y.Synthetic &&
		rules.SameContent(&x.Response.Body, &y.Response.Body) && rules.SameContent(&x.Request.Body, &y.Request.Body) &&
		x.Request.Method == y.Request.Method && x.URL == y.URL && slices.Equal(x.Request.Header, y.Request.Header) &&
		x.Response.Header.Get("ETag") == y.Response.Header.Get("ETag") &&
		x.Response.Header.Get("Content-Encoding") == y.Response.Header.Get("Content-Encoding")
}

// healthy reports whether x went well, and not slowly.
func healthy(x *exchange.Exchange) bool {
	return x.Failure == nil && x.Status() >= 200 && x.Status() < 300 && !slow(x)
}

// ended reports whether the sibling at i is or was the last of a row of failures
// that the one at the other place belongs to, ends or goes before.
func ended(all []*exchange.Exchange, i, at int) bool {
	return rules.Flaps(all[i]) && all[i].Start.Sub(all[at].Start).Abs() <= 2*rules.FlapWithin &&
		(i == at-1 || i > at && (i+1 == len(all) || !rules.Flaps(all[i+1])))
}

// changes reports whether x, as a repetition or as what is usual, may change
// what is found in its sibling y.
func changes(x, y *exchange.Exchange) bool {
	if byStart(x, y) > 0 {
		return aborted(y) && x.Start.Sub(y.End()) <= replaceWithin
	}
	return y.Start.Sub(x.Start) < repeatWithin && (x.URL == y.URL || aborted(y)) || slow(y)
}

// leads reports whether the sibling at i leads a burst to which x belongs, or
// led it before x came: the first of a burst tells of all of it.
func leads(all []*exchange.Exchange, i int, x *exchange.Exchange) bool {
	y := all[i]
	if byStart(x, y) < 0 {
		// x is not among them if it is older than all that are remembered.
		return i > 0 && all[i-1].ID == x.ID && y.Start.Sub(x.Start) <= burstWithin
	}
	return len(all)-i >= rules.BurstSize && x.Start.Sub(y.Start) <= burstWithin &&
		(i == 0 || y.Start.Sub(all[i-1].Start) > burstWithin)
}

func aborted(x *exchange.Exchange) bool {
	return x.Failure != nil && x.Failure.Kind == exchange.ClientGone
}

func slow(x *exchange.Exchange) bool {
	return x.Timing.FirstByte-max(x.Timing.RequestEnd, 0) > slowWait
}

func (s *siblings) flush() []*exchange.Exchange { return nil }

func (s *siblings) link(x *exchange.Exchange, links *rules.Links) {
	if key, ok := s.keyOf(x); ok {
		links.Siblings = s.seen.get(key)
	}
}
