package inspector

import (
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
	// paired remembers the pairs of a URL until an exchange is added to it.
	paired map[hopKey]pairing
}

// pairing is which request followed which redirect, both ways.
type pairing struct {
	next, previous map[exchange.ID]*exchange.Exchange
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
	return &redirects{sources: newWindow[hopKey](), targets: newWindow[hopKey](), paired: map[hopKey]pairing{}}
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
	if err != nil || location == "" || len(location) > maxLocation {
		return ""
	}
	next, err := base.Parse(location)
	if err != nil {
		return ""
	}
	return canonical(next)
}

// maxLocation bounds the destinations that are followed, in bytes.
const maxLocation = 16 << 10

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
	if isCanonical(x.URL) {
		return x.URL
	}
	u, err := url.Parse(x.URL)
	if err != nil || u.Host == "" {
		return x.URL
	}
	return canonical(u)
}

// isCanonical reports whether s is plainly spelled as canonical would spell it,
// as most URLs are: it saves parsing them.
func isCanonical(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return false
		}
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 1 || strings.IndexByte(rest, '#') >= 0 {
		return false
	}
	host, port, ok := strings.Cut(rest[:slash], ":")
	if host == "" || ok && (port == "" || port == "80" || port == "443" || strings.Trim(port, "0123456789") != "") {
		return false
	}
	for i := range len(host) {
		if c := host[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	path, _, _ := strings.Cut(rest[slash:], "?")
	for i := range len(path) {
		c := path[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && strings.IndexByte("/-._~", c) < 0 {
			return false
		}
	}
	return true
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
	// Whoever shares a URL with x may be paired anew; those count for whom that
	// changed the way that led to them, or whether it goes on.
	before := r.places(keys)
	r.targets.add(keys[0], x)
	delete(r.paired, keys[0])
	if d != "" {
		r.sources.add(keys[1], x)
		delete(r.paired, keys[1])
	}
	after := r.places(keys)
	var touched []*exchange.Exchange
	for id, p := range after {
		if id != x.ID && before[id] != p {
			touched = append(touched, p.x)
		}
	}
	for id, p := range before {
		if _, still := after[id]; !still && id != x.ID {
			touched = append(touched, p.x)
		}
	}
	slices.SortFunc(touched, byStart)
	return touched
}

// place is where an exchange stands in its chain.
type place struct {
	x *exchange.Exchange
	// way is a digest of the hops that led to it.
	way  uint64
	last bool
}

// places are those of all hops of the chains that lead through one of the keys.
func (r *redirects) places(keys []hopKey) map[exchange.ID]place {
	var found map[exchange.ID]place
	for _, key := range keys {
		for _, s := range r.sources.get(key) {
			if _, known := found[s.ID]; known {
				continue
			}
			if found == nil {
				found = map[exchange.ID]place{}
			}
			chain, way := r.chain(s), uint64(14695981039346656037)
			for i, y := range chain {
				way = (way ^ uint64(y.ID)) * 1099511628211 // FNV-1a
				found[y.ID] = place{y, way, i == len(chain)-1}
			}
		}
	}
	return found
}

func (r *redirects) flush() []*exchange.Exchange { return nil }

// next is the request that followed the redirect x, nil if none was seen.
func (r *redirects) next(x *exchange.Exchange) *exchange.Exchange {
	d := destination(x)
	if d == "" {
		return nil
	}
	return r.pairs(hopKey{clientOf(x), d}).next[x.ID]
}

// previous is the redirect that led to x, nil if none was seen.
func (r *redirects) previous(x *exchange.Exchange) *exchange.Exchange {
	key := hopKey{clientOf(x), target(x)}
	if len(r.sources.get(key)) == 0 {
		return nil
	}
	return r.pairs(key).previous[x.ID]
}

// pairs assigns to each redirect to one URL the request that followed it.
func (r *redirects) pairs(key hopKey) pairing {
	if p, ok := r.paired[key]; ok {
		return p
	}
	if len(r.paired) >= maxKeys {
		clear(r.paired)
	}
	p := pairing{map[exchange.ID]*exchange.Exchange{}, map[exchange.ID]*exchange.Exchange{}}
	for _, s := range r.sources.get(key) {
		at := answered(s)
		for _, t := range r.targets.get(key) {
			late := t.Start.Sub(at)
			if t.ID != s.ID && p.previous[t.ID] == nil && !sent(t).Before(at) && late <= nextHopWithin && follows(s, t) {
				p.next[s.ID], p.previous[t.ID] = t, s
				break
			}
		}
	}
	r.paired[key] = p
	return p
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
	if destination(x) == "" && (len(r.sources.entries) == 0 || len(r.sources.get(hopKey{clientOf(x), target(x)})) == 0) {
		return
	}
	chain := r.chain(x)
	links.Last = chain[len(chain)-1].ID == x.ID
	links.Chain = chain[:1+slices.IndexFunc(chain, func(y *exchange.Exchange) bool { return y.ID == x.ID })]
	if len(links.Chain) == 1 && destination(x) == "" {
		links.Chain = nil
	}
}
