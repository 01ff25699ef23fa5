package inspector

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// hosts joins the exchanges of one client with one host, in the order in which
// they began.
type hosts struct {
	seen *window[hostKey]
	// asked are those that ask how to speak to the host: with TLS or without, with
	// which credentials.
	asked *window[hostKey]
}

type hostKey struct {
	client
	host string
}

// maxBefore is the number of exchanges before another that a rule sees.
const maxBefore = 16

// fallBackWithin is the time in which a program that found no TLS asks again
// without it; a person takes longer.
const fallBackWithin = 5 * time.Second

func newHosts() *hosts { return &hosts{newWindow[hostKey](), newWindow[hostKey]()} }

func (h *hosts) keyOf(x *exchange.Exchange) (key hostKey, ok bool) {
	if x.Request.Method == "" || x.Request.Method == http.MethodConnect {
		return key, false
	}
	row := exchange.Row{URL: x.URL}
	return hostKey{clientOf(x), row.Host()}, true
}

func (h *hosts) add(x *exchange.Exchange) []*exchange.Exchange {
	key, ok := h.keyOf(x)
	if !ok {
		return nil
	}
	h.seen.add(key, x)
	if foundNoTLS(x) || asksForScheme(x) {
		h.asked.add(key, x)
	}
	all := h.seen.get(key)
	at, found := slices.BinarySearchFunc(all, x, byStart)
	if !found {
		return nil
	}
	// Only a run of new connections and a reading again are told by what came
	// before: most requests are none of one, and few come after a write that
	// ended later.
	var touched []*exchange.Exchange
	for i := at + 1; i < min(len(all), at+1+maxBefore); i++ {
		if rules.Writes(x) && all[i].Start.Sub(x.Start) < rules.ReadAgain || i >= rules.BurstSize-1 && !slices.ContainsFunc(all[i-rules.BurstSize+1:i+1], reused) {
			touched = append(touched, all[i])
		}
	}
	for i := at + 1; i < len(all); i++ {
		if limited(all[i]) && all[i].Start.Sub(x.Start) <= rules.BurstSourceWithin && !slices.Contains(touched, all[i]) {
			touched = append(touched, all[i])
		}
	}
	for _, y := range h.asked.get(key) {
		if foundNoTLS(y) && fallsBack(x, y) || asksForScheme(y) && entersBelow(x, y) {
			touched = append(touched, y)
		}
	}
	return touched
}

func foundNoTLS(x *exchange.Exchange) bool {
	return x.Failure != nil && x.Failure.Kind == exchange.TLSNotTLS
}

// fallsBack reports whether x asked without TLS, and was answered, soon after
// the same host had spoken none to y.
func fallsBack(x, y *exchange.Exchange) bool {
	late := sent(x).Sub(y.End())
	return late >= 0 && late <= fallBackWithin && strings.HasPrefix(x.URL, "http://") && x.Response != nil && !x.Synthetic
}

// asksForScheme reports whether x learns, at the root of what it means to use,
// which credentials that wants, as clients of registries do.
func asksForScheme(x *exchange.Exchange) bool {
	return challenged(x) && !credentialed(x) && strings.HasSuffix(x.URL, "/") && x.Response.Header.Has("WWW-Authenticate")
}

// entersBelow reports whether x was let in, with credentials of the scheme that y
// was told, below the path of y: that is in its protection space (RFC 7617 section
// 2.2).
func entersBelow(x, y *exchange.Exchange) bool {
	if !answers(x) || x.Status() == http.StatusForbidden || !strings.HasPrefix(x.URL, y.URL) || !between(sent(x).Sub(y.End())) {
		return false
	}
	is, _, _ := strings.Cut(x.Request.Header.Get("Authorization"), " ")
	wants, _, _ := strings.Cut(y.Response.Header.Get("WWW-Authenticate"), " ")
	return strings.EqualFold(is, wants)
}

func limited(x *exchange.Exchange) bool { return x.Status() == http.StatusTooManyRequests }

func reused(x *exchange.Exchange) bool { return x.Client.Reused }

func (h *hosts) flush() []*exchange.Exchange { return nil }

func (h *hosts) link(x *exchange.Exchange, links *rules.Links) {
	key, ok := h.keyOf(x)
	if !ok {
		return
	}
	all := h.seen.get(key)
	if at, found := slices.BinarySearchFunc(all, x, byStart); found {
		links.Before = all[max(0, at-maxBefore):at]
		if limited(x) {
			links.SameHost = all[max(0, at-rules.MaxSameHost):at]
		}
		if foundNoTLS(x) {
			if i := slices.IndexFunc(all[at:], func(y *exchange.Exchange) bool { return fallsBack(y, x) }); i >= 0 {
				links.WithoutTLS = all[at+i]
			}
		}
		if asksForScheme(x) {
			if i := slices.IndexFunc(all[at:], func(y *exchange.Exchange) bool { return entersBelow(y, x) }); i >= 0 {
				links.Answer = all[at+i]
			}
		}
	}
}
