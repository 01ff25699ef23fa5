package inspector

import (
	"net/http"
	"slices"
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
	requests *window[corsKey]
	// clients remembers when each client was last seen to begin a request.
	clients map[client]time.Time
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
	return &preflights{requests: newWindow[corsKey](), clients: map[client]time.Time{}}
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
	c := clientOf(x)
	if x.Start.After(p.clients[c]) {
		if len(p.clients) >= maxKeys {
			clear(p.clients)
		}
		p.clients[c] = x.Start
	}
	key, ok := p.keyOf(x)
	if !ok {
		return nil
	}
	p.requests.add(key, x)
	// Any of the others may have lost or found its counterpart.
	return slices.DeleteFunc(slices.Clone(p.requests.get(key)), func(y *exchange.Exchange) bool { return y.ID == x.ID || isPreflight(y) == isPreflight(x) })
}

// flush returns the preflights whose request never came, which is known only
// when later traffic of the client was seen.
func (p *preflights) flush() []*exchange.Exchange {
	var waiting []*exchange.Exchange
	for el := p.requests.recent.Back(); el != nil; el = el.Prev() {
		for _, x := range el.Value.(*entry[corsKey]).xs {
			if isPreflight(x) && p.actual(x) == nil {
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
		links.Actual = p.actual(x)
		links.Unfollowed = links.Actual == nil && p.clients[key.client].Sub(x.End()) > p.patience(x)
		return
	}
	for _, y := range p.requests.get(key) {
		if isPreflight(y) && !y.End().After(x.Start) && x.Start.Sub(y.End()) < preflightCache {
			links.Preflight = y
		}
	}
}

// actual is the first request after the preflight x, nil if there is none.
func (p *preflights) actual(x *exchange.Exchange) *exchange.Exchange {
	key, _ := p.keyOf(x)
	for _, y := range p.requests.get(key) {
		if !isPreflight(y) && !y.Start.Before(x.End()) && y.Start.Sub(x.End()) <= p.patience(x) {
			return y
		}
	}
	return nil
}

// patience is how long the request may take to follow its preflight.
func (p *preflights) patience(x *exchange.Exchange) time.Duration {
	return max(followWithin, 3*x.Timing.Last())
}
