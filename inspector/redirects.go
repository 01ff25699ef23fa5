package inspector

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// redirects joins the hops of redirect chains: a request to the URL that a
// redirect named, by the same client, soon after it.
//
// The pairing of one URL's redirects and requests is a function of their set:
// in the order of their start, each redirect takes the first request after its
// answer that is still free.
type redirects struct {
	// sources are the redirects by the URL that they name, targets all
	// exchanges by their own URL.
	sources, targets *window[hopKey]
}

type hopKey struct {
	client
	url string
}

const (
	// nextHopWithin is the time in which a client follows a redirect.
	nextHopWithin = 10 * time.Second
	// maxHops bounds a chain: curl follows 50 redirects, browsers 20.
	maxHops = 64
)

func newRedirects() *redirects {
	return &redirects{sources: newWindow[hopKey](), targets: newWindow[hopKey]()}
}

// destination is the URL that a redirect names (RFC 9110 section 10.2.2), ""
// if x is none.
func destination(x *exchange.Exchange) string {
	if x.Response == nil || x.Synthetic {
		return ""
	}
	switch x.Response.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return ""
	}
	location := x.Response.Header.Get("Location")
	base, err := url.Parse(x.URL)
	if err != nil || location == "" {
		return ""
	}
	next, err := base.Parse(location)
	if err != nil {
		return ""
	}
	return canonical(next)
}

// canonical spells a URL the one way in which hops are compared: no fragment,
// no default port, "/" for an empty path.
func canonical(u *url.URL) string {
	v := *u
	v.Scheme, v.Host, v.Fragment, v.RawFragment, v.User = strings.ToLower(v.Scheme), strings.ToLower(v.Host), "", "", nil
	if port := v.Port(); v.Scheme == "http" && port == "80" || v.Scheme == "https" && port == "443" {
		v.Host = strings.TrimSuffix(v.Host, ":"+port)
	}
	if v.Path == "" {
		v.Path = "/"
	}
	return v.String()
}

func target(x *exchange.Exchange) string {
	u, err := url.Parse(x.URL)
	if err != nil || u.Host == "" {
		return x.URL
	}
	return canonical(u)
}

func (r *redirects) add(x *exchange.Exchange) []*exchange.Exchange {
	if x.Request.Method == http.MethodConnect || x.Request.Method == http.MethodOptions || x.Request.Method == "" {
		return nil
	}
	c := clientOf(x)
	keys := []hopKey{{c, target(x)}}
	d := destination(x)
	if d != "" {
		keys = append(keys, hopKey{c, d})
	}
	// Whoever shares a URL with x may be paired anew, and all of its chain, as
	// it was and as it will be, sees that.
	touched := map[exchange.ID]*exchange.Exchange{}
	r.collect(keys, touched)
	r.targets.add(keys[0], x)
	if d != "" {
		r.sources.add(keys[1], x)
	}
	r.collect(keys, touched)
	delete(touched, x.ID)
	return slices.SortedFunc(maps.Values(touched), byStart)
}

// collect adds the hops of all chains that lead through one of the keys.
func (r *redirects) collect(keys []hopKey, into map[exchange.ID]*exchange.Exchange) {
	for _, key := range keys {
		for _, s := range r.sources.get(key) {
			if into[s.ID] != nil {
				continue
			}
			for _, y := range r.chain(s) {
				into[y.ID] = y
			}
		}
	}
}

func (r *redirects) flush() []*exchange.Exchange { return nil }

// next is the request that followed the redirect x, nil if none was seen.
func (r *redirects) next(x *exchange.Exchange) *exchange.Exchange {
	d := destination(x)
	if d == "" {
		return nil
	}
	return r.pairs(hopKey{clientOf(x), d})[x.ID]
}

// previous is the redirect that led to x, nil if none was seen.
func (r *redirects) previous(x *exchange.Exchange) *exchange.Exchange {
	key := hopKey{clientOf(x), target(x)}
	sources := r.sources.get(key)
	if len(sources) == 0 {
		return nil
	}
	pairs := r.pairs(key)
	for _, s := range sources {
		if y := pairs[s.ID]; y != nil && y.ID == x.ID {
			return s
		}
	}
	return nil
}

// pairs assigns to each redirect to one URL the request that followed it.
func (r *redirects) pairs(key hopKey) map[exchange.ID]*exchange.Exchange {
	sources, targets := r.sources.get(key), r.targets.get(key)
	pairs := make(map[exchange.ID]*exchange.Exchange, len(sources))
	taken := make(map[exchange.ID]bool, len(sources))
	for _, s := range sources {
		at := answered(s)
		for _, t := range targets {
			late := t.Start.Sub(at)
			if t.ID != s.ID && !taken[t.ID] && late >= 0 && late <= nextHopWithin && follows(s, t) {
				pairs[s.ID], taken[t.ID] = t, true
				break
			}
		}
	}
	return pairs
}

// follows reports whether t has a method with which a client may follow s.
func follows(s, t *exchange.Exchange) bool {
	return t.Request.Method == s.Request.Method || t.Request.Method == http.MethodGet || t.Request.Method == http.MethodHead
}

// chain are the hops around x in order, x among them.
func (r *redirects) chain(x *exchange.Exchange) []*exchange.Exchange {
	hops := []*exchange.Exchange{x}
	for len(hops) < maxHops {
		p := r.previous(hops[0])
		if p == nil {
			break
		}
		hops = append([]*exchange.Exchange{p}, hops...)
	}
	for len(hops) < 2*maxHops {
		n := r.next(hops[len(hops)-1])
		if n == nil {
			break
		}
		hops = append(hops, n)
	}
	return hops
}

func (r *redirects) link(x *exchange.Exchange, links *rules.Links) {
	if x.Request.Method == http.MethodConnect || x.Request.Method == http.MethodOptions {
		return
	}
	if destination(x) == "" && len(r.sources.get(hopKey{clientOf(x), target(x)})) == 0 {
		return
	}
	links.Chain = r.chain(x)
	links.Last = links.Chain[len(links.Chain)-1].ID == x.ID
	if len(links.Chain) == 1 && destination(x) == "" {
		links.Chain = nil
	}
}
