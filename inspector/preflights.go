package inspector

import (
	"container/list"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// preflights joins a CORS preflight to the request that it asked leave for.
//
// A browser sends the request right after the answer to its preflight, from the
// same page to the same URL. It may also take the leave from its preflight
// cache, so one preflight serves many requests, but no longer than the cap of
// browsers on Access-Control-Max-Age.
type preflights struct {
	// asked are the preflights, made the requests, by what was asked for.
	asked, made *window[corsKey]
	// clients remembers when each client last began an exchange.
	clients *activities
}

type corsKey struct {
	client
	origin, method, url string
}

const (
	// followWithin is the time within which the request follows its preflight.
	followWithin = 2 * time.Second
	// preflightCache is the longest that a browser keeps a preflight (Firefox;
	// Chromium 2 h).
	preflightCache = 24 * time.Hour
)

func newPreflights() *preflights {
	return &preflights{asked: newWindow[corsKey](), made: newWindow[corsKey](), clients: newActivities()}
}

// keyOf is the key under which x is remembered; ok is false for requests that
// are not cross-origin.
func (p *preflights) keyOf(x *exchange.Exchange) (key corsKey, ok bool) {
	h := x.Request.Header
	if !h.Has("Origin") {
		return key, false
	}
	key = corsKey{clientOf(x), h.Get("Origin"), x.Request.Method, x.URL}
	if isPreflight(x) {
		key.method = h.Get("Access-Control-Request-Method")
	}
	return key, true
}

func isPreflight(x *exchange.Exchange) bool {
	return x.Request.Method == http.MethodOptions && x.Request.Header.Has("Access-Control-Request-Method")
}

func (p *preflights) add(x *exchange.Exchange) []*exchange.Exchange {
	touched := p.active(x)
	key, ok := p.keyOf(x)
	if !ok {
		return touched
	}
	if isPreflight(x) {
		p.asked.add(key, x)
		p.clients.get(key.client).remember(x)
		// The storm that x belongs to grows for those after it.
		for _, y := range p.asked.get(key) {
			if late := y.Start.Sub(x.Start); byStart(x, y) < 0 && late <= rules.PreflightStormWithin {
				touched = append(touched, y)
			}
		}
		return append(touched, p.made.get(key)...)
	}
	p.made.add(key, x)
	return append(touched, p.asked.get(key)...)
}

// active takes down that x's client began something, and returns its preflights
// that are given up by that.
func (p *preflights) active(x *exchange.Exchange) []*exchange.Exchange {
	c := p.clients.get(clientOf(x))
	if !x.Start.After(c.last) {
		return nil
	}
	var touched []*exchange.Exchange
	for _, y := range c.preflights {
		late := y.End().Add(p.patience(y))
		if !c.last.After(late) && x.Start.After(late) {
			touched = append(touched, y)
		}
	}
	c.last = x.Start
	return touched
}

// flush returns the preflights whose request was not seen.
func (p *preflights) flush() []*exchange.Exchange {
	var waiting []*exchange.Exchange
	for el := p.asked.recent.Back(); el != nil; el = el.Prev() {
		for _, x := range el.Value.(*entry[corsKey]).xs {
			if p.actual(x) == nil {
				waiting = append(waiting, x)
			}
		}
	}
	return waiting
}

func (p *preflights) link(x *exchange.Exchange, links *rules.Links) {
	key, ok := p.keyOf(x)
	if !ok {
		return
	}
	if isPreflight(x) {
		for _, y := range p.asked.get(key) {
			if byStart(y, x) < 0 && x.Start.Sub(y.Start) <= rules.PreflightStormWithin {
				links.Preflights = append(links.Preflights, y)
			}
		}
		links.Actual = p.actual(x)
		links.Unfollowed = links.Actual == nil && p.clients.get(key.client).last.Sub(x.End()) > p.patience(x)
		return
	}
	for _, y := range p.asked.get(key) {
		if !y.End().After(sent(x)) && x.Start.Sub(y.End()) < preflightCache {
			links.Preflight = y
		}
	}
}

// actual is the first request after the preflight x, nil if there is none.
func (p *preflights) actual(x *exchange.Exchange) *exchange.Exchange {
	key, _ := p.keyOf(x)
	for _, y := range p.made.get(key) {
		if !sent(y).Before(x.End()) && y.Start.Sub(x.End()) <= p.patience(x) {
			return y
		}
	}
	return nil
}

// patience is how long the request may take to follow its preflight.
func (p *preflights) patience(x *exchange.Exchange) time.Duration {
	return max(followWithin, 3*x.Timing.Last())
}

// activities remembers what clients did last, of the latest maxKeys clients.
type activities struct {
	entries map[client]*list.Element
	recent  *list.List
}

// activity is when a client last began an exchange, and its latest preflights.
type activity struct {
	client     client
	last       time.Time
	preflights []*exchange.Exchange
}

func newActivities() *activities {
	return &activities{entries: map[client]*list.Element{}, recent: list.New()}
}

func (a *activities) get(c client) *activity {
	if el, ok := a.entries[c]; ok {
		a.recent.MoveToFront(el)
		return el.Value.(*activity)
	}
	if a.recent.Len() >= maxKeys {
		oldest := a.recent.Remove(a.recent.Back()).(*activity)
		delete(a.entries, oldest.client)
	}
	e := &activity{client: c}
	a.entries[c] = a.recent.PushFront(e)
	return e
}

func (a *activity) remember(x *exchange.Exchange) {
	if a.preflights = append(a.preflights, x); len(a.preflights) > maxPerKey {
		a.preflights = a.preflights[1:]
	}
}
