package inspector

import (
	"slices"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// attempts joins the requests of one client with the same method and URL.
type attempts struct{ requests *window[attemptKey] }

type attemptKey struct {
	client
	method, url string
}

// maxEarlier is the number of earlier attempts that a rule sees.
const maxEarlier = 32

func newAttempts() *attempts { return &attempts{newWindow[attemptKey]()} }

func (a *attempts) add(x *exchange.Exchange) []*exchange.Exchange {
	key := keyOfAttempt(x)
	a.requests.add(key, x)
	// Usually x is the latest and no earlier one sees it.
	return slices.DeleteFunc(slices.Clone(a.requests.get(key)), func(y *exchange.Exchange) bool {
		return y.ID == x.ID || x.End().After(y.Start)
	})
}

func (a *attempts) flush() []*exchange.Exchange { return nil }

func (a *attempts) link(x *exchange.Exchange, links *rules.Links) {
	for _, y := range a.requests.get(keyOfAttempt(x)) {
		if y.ID != x.ID && !y.End().After(x.Start) {
			links.Earlier = append(links.Earlier, y)
		}
	}
	if n := len(links.Earlier); n > maxEarlier {
		links.Earlier = links.Earlier[n-maxEarlier:]
	}
}

func keyOfAttempt(x *exchange.Exchange) attemptKey {
	return attemptKey{clientOf(x), x.Request.Method, x.URL}
}
