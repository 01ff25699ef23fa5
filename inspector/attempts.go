package inspector

import (
	"slices"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// attempts joins the failed requests of one client with the same method and
// URL: what succeeds needs no history, and is most of the traffic.
type attempts struct{ requests *window[attemptKey] }

type attemptKey struct {
	client
	method, url string
}

// maxEarlier is the number of earlier attempts that a rule sees.
const maxEarlier = 32

func newAttempts() *attempts { return &attempts{newWindow[attemptKey]()} }

func (a *attempts) add(x *exchange.Exchange) []*exchange.Exchange {
	if !unsuccessful(x) {
		return nil
	}
	key := keyOfAttempt(x)
	a.requests.add(key, x)
	// Usually x is the latest and no earlier one sees it.
	return slices.DeleteFunc(slices.Clone(a.requests.get(key)), func(y *exchange.Exchange) bool {
		return y.ID == x.ID || x.End().After(y.Start)
	})
}

func (a *attempts) flush() []*exchange.Exchange { return nil }

func (a *attempts) link(x *exchange.Exchange, links *rules.Links) {
	if !unsuccessful(x) {
		return
	}
	for _, y := range a.requests.get(keyOfAttempt(x)) {
		if y.ID != x.ID && !y.End().After(x.Start) {
			links.Earlier = append(links.Earlier, y)
		}
	}
	if n := len(links.Earlier); n > maxEarlier {
		links.Earlier = links.Earlier[n-maxEarlier:]
	}
}

func unsuccessful(x *exchange.Exchange) bool { return x.Failure != nil || x.Status() >= 400 }

func keyOfAttempt(x *exchange.Exchange) attemptKey {
	return attemptKey{clientOf(x), x.Request.Method, x.URL}
}
