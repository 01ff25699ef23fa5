package inspector

import (
	"net/http"
	"slices"

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
	after := all[at+1:]
	return slices.Clone(after[:min(len(after), maxSameURL)])
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
	}
}
