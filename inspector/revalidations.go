package inspector

import (
	"net/http"
	"slices"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// revalidations joins the requests of one client to one URL, whose answers show
// how the URL is cached: the same content again, another version, or a copy from
// before a change.
type revalidations struct{ seen *window[urlKey] }

type urlKey struct {
	client
	url string
}

// maxSameURL is the number of exchanges with the same URL that a rule sees.
const maxSameURL = 8

func newRevalidations() *revalidations { return &revalidations{newWindow[urlKey]()} }

func (r *revalidations) keyOf(x *exchange.Exchange) (key urlKey, ok bool) {
	switch x.Request.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return urlKey{clientOf(x), x.URL}, x.Response != nil && !x.Synthetic
	}
	return key, false
}

func (r *revalidations) add(x *exchange.Exchange) []*exchange.Exchange {
	key, ok := r.keyOf(x)
	if !ok {
		return nil
	}
	r.seen.add(key, x)
	all := r.seen.get(key)
	at, found := slices.BinarySearchFunc(all, x, byStart)
	if !found {
		return nil
	}
	var touched []*exchange.Exchange
	// The next other answer says what those that found nothing were asked for.
	if !missing(x) {
		for i := at - 1; i >= 0 && missing(all[i]); i-- {
			touched = append(touched, all[i])
		}
	}
	for i := at - 1; i >= 0 && writes(x) && x.Start.Sub(all[i].Start) <= settledWithin; i-- {
		if settles(x, all[i]) {
			touched = append(touched, all[i])
		}
	}
	if at+1 == len(all) {
		return touched
	}
	// All up to equal are like those before them, as far as they look back.
	equal := max(0, at-maxSameURL)
	for i := equal + 1; i < min(len(all), at+1+maxSameURL); i++ {
		if x.Request.Method != http.MethodGet || !alike(all[i-1], all[i]) {
			equal = i
		}
		if i > at && i-equal < min(i, maxSameURL+1) {
			touched = append(touched, all[i])
		}
	}
	return touched
}

func (r *revalidations) flush() []*exchange.Exchange { return nil }

func (r *revalidations) link(x *exchange.Exchange, links *rules.Links) {
	key, ok := r.keyOf(x)
	if !ok {
		return
	}
	all := r.seen.get(key)
	if at, found := slices.BinarySearchFunc(all, x, byStart); found {
		links.SameURL = all[max(0, at-maxSameURL):at]
		if missing(x) {
			links.Made = made(x, all[at+1:])
		}
		if i := slices.IndexFunc(all[at:], func(y *exchange.Exchange) bool { return settles(y, x) }); i >= 0 {
			links.Settled = all[at+i]
		}
	}
}

// madeWithin is the time in which a program that found nothing at a URL puts
// something there.
const madeWithin = 2 * time.Minute

func missing(x *exchange.Exchange) bool {
	return x.Status() == http.StatusNotFound || x.Status() == http.StatusGone
}

// made is the PUT that is the first of later to be answered otherwise than x,
// which found nothing there, if it was taken soon.
func made(x *exchange.Exchange, later []*exchange.Exchange) *exchange.Exchange {
	at := slices.IndexFunc(later, func(y *exchange.Exchange) bool { return !missing(y) })
	if at < 0 {
		return nil
	}
	y := later[at]
	if y.Request.Method != http.MethodPut || y.Status() < 200 || y.Status() > 299 || y.Start.Sub(x.Start) > madeWithin {
		return nil
	}
	return y
}

// settledWithin is the time in which a program that wrote to another state than
// the one it knew reads that and writes again; a person takes longer.
const settledWithin = 10 * time.Second

// writes reports whether x is sent to the resource itself that it changes.
func writes(x *exchange.Exchange) bool {
	switch x.Request.Method {
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}

// settles reports whether x succeeds with what y was refused for the state of the
// resource.
func settles(x, y *exchange.Exchange) bool {
	if !writes(x) || x.Request.Method != y.Request.Method || x.Status() < 200 || x.Status() > 299 {
		return false
	}
	late := x.Start.Sub(y.Start)
	return (y.Status() == http.StatusConflict || y.Status() == http.StatusPreconditionFailed) && late >= 0 && late <= settledWithin
}
