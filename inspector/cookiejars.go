package inspector

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// cookieJars joins what one client was refused with the responses of the same
// host that set cookies before: a cookie that was dropped then is missing now.
// What sets one without TLS is joined with them too.
// Cookies do not tell ports apart (RFC 6265bis section 8.5).
type cookieJars struct{ set, refused *window[hostKey] }

// maxCookiesSet is the number of responses with cookies that a rule sees.
const maxCookiesSet = 16

func newCookieJars() *cookieJars { return &cookieJars{newWindow[hostKey](), newWindow[hostKey]()} }

func (j *cookieJars) keyOf(x *exchange.Exchange) (key hostKey, ok bool) {
	if x.Response == nil || x.Synthetic {
		return key, false
	}
	u, err := url.Parse(x.URL)
	if err != nil || u.Host == "" {
		return key, false
	}
	return hostKey{clientOf(x), siteOf(u.Hostname())}, true
}

// siteOf is the registrable domain of a host: a session that was set at one of
// its hosts may be missed at another.
func siteOf(host string) string {
	if site, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return site
	}
	return host
}

func setsCookie(x *exchange.Exchange) bool { return x.Response.Header.Has("Set-Cookie") }

func (j *cookieJars) add(x *exchange.Exchange) []*exchange.Exchange {
	if x.Response == nil || !setsCookie(x) && !rules.TurnedAway(x) {
		return nil
	}
	key, ok := j.keyOf(x)
	if !ok {
		return nil
	}
	if rules.TurnedAway(x) {
		j.refused.add(key, x)
	}
	if !setsCookie(x) {
		return nil
	}
	j.set.add(key, x)
	waiting := slices.Clone(j.refused.get(key))
	for _, y := range j.set.get(key) {
		if setsPlainly(y) && !rules.TurnedAway(y) {
			waiting = append(waiting, y)
		}
	}
	return slices.DeleteFunc(waiting, func(y *exchange.Exchange) bool {
		return y.ID == x.ID || x.End().After(y.Start)
	})
}

// setsPlainly reports whether x sets a cookie without TLS, which may not replace
// one that was set with it.
func setsPlainly(x *exchange.Exchange) bool {
	return setsCookie(x) && strings.HasPrefix(x.URL, "http:")
}

func (j *cookieJars) flush() []*exchange.Exchange { return nil }

func (j *cookieJars) link(x *exchange.Exchange, links *rules.Links) {
	if x.Response == nil || !rules.TurnedAway(x) && !setsPlainly(x) {
		return
	}
	key, ok := j.keyOf(x)
	if !ok {
		return
	}
	host := hostnameOf(x)
	for _, y := range j.set.get(key) {
		switch {
		case y.ID == x.ID || y.End().After(x.Start):
		case hostnameOf(y) == host:
			links.CookiesSet = append(links.CookiesSet, y)
		default:
			links.SiteCookies = append(links.SiteCookies, y)
		}
	}
	links.CookiesSet, links.SiteCookies = latest(links.CookiesSet), latest(links.SiteCookies)
}

func latest(xs []*exchange.Exchange) []*exchange.Exchange {
	return xs[max(0, len(xs)-maxCookiesSet):]
}

func hostnameOf(x *exchange.Exchange) string {
	u, err := url.Parse(x.URL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
