package rules

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// redirectLoop is a part of a redirect chain that cannot end.
type redirectLoop struct {
	// Cycle are the hops of one round, the last one that was seen at the end.
	Cycle []*exchange.Exchange
	// Reason shows that it is one, for the verdict.
	Reason string
	Kind   loopKind
}

// loopKind tells loops with a cause of their own from the others.
type loopKind string

const (
	loopExact   loopKind = "exact"
	loopSelf    loopKind = "self"
	loopLogin   loopKind = "login"
	loopHTTPS   loopKind = "https"
	loopGrowing loopKind = "growing"
	loopWWW     loopKind = "www"
	loopSlash   loopKind = "slash"
)

// redirecting selects redirects.
func redirecting(x *exchange.Exchange) bool { return received(x) && isRedirect(x.Response.Status) }

// redirectLoop is the loop that this exchange is the last seen hop of, nil if
// there is none.
func (c *Case) redirectLoop() *redirectLoop {
	return c.loop.get(func() *redirectLoop {
		if !c.Links.Last || c.URL() == nil || len(c.Links.Chain) == 0 {
			return nil
		}
		chain := c.Links.Chain
		if n := growingQuery(chain); n > 0 {
			return &redirectLoop{chain[len(chain)-n:], ", each with a longer query", loopGrowing}
		}
		first, reason := findLoop(chain)
		if first < 0 {
			return nil
		}
		l := &redirectLoop{chain[first:], reason, loopExact}
		switch {
		case tlsTerminated(l.Cycle):
			l.Kind = loopHTTPS
		case len(l.Cycle) == 1:
			l.Kind = loopSelf
		case throughLogin(l.Cycle):
			l.Kind = loopLogin
		case pingPong(l.Cycle, "www"):
			l.Kind = loopWWW
		case pingPong(l.Cycle, "slash"):
			l.Kind = loopSlash
		}
		return l
	})
}

// loopCheck is the Check of the rules about loops.
func loopCheck(kind loopKind) func(c *Case) *Finding {
	return func(c *Case) *Finding {
		l := c.redirectLoop()
		if l == nil || l.Kind != kind {
			return nil
		}
		drawn, brief := drawCycle(l.Cycle), shortCycle(l.Cycle)
		if kind == loopGrowing {
			drawn = clip(pathOf(l.Cycle[0].URL), 40) + " -> " + clip(pathOf(c.X.URL), 60) + " -> ..."
			brief = "query grows"
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("Redirect loop: %s (%s%s)%s.", drawn, plural(len(c.Links.Chain), "redirect", "redirects"), l.Reason, loopCause[kind]),
			Short:    clip("loop: "+brief, shortCells),
			Evidence: loopEvidence(l.Cycle),
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Clear the cookies of " + c.Host() + ", and look at each hop:", Copy: "curl -sIL --max-redirs 5 " + shell(content.MaskURL(c.Links.Chain[0].URL))},
				Server: loopAdvice(kind, l.Cycle),
			},
		}
		for _, hop := range c.Links.Chain {
			if hop.ID != c.X.ID {
				f.Related = append(f.Related, hop.ID)
			}
		}
		return f
	}
}

var loopCause = map[loopKind]string{
	loopLogin: "; the login sets a cookie that does not come back",
	loopHTTPS: "; the application does not know that the client uses https",
	loopWWW:   "; one rule adds www., another takes it away",
	loopSlash: "; one rule adds the slash at the end, another takes it away",
}

// pingPong reports whether each of the hops differs from the next in nothing
// but this.
func pingPong(cycle []*exchange.Exchange, what string) bool {
	for _, x := range cycle {
		from, err := url.Parse(x.URL)
		if err != nil {
			return false
		}
		to, err := from.Parse(x.Response.Header.Get("Location"))
		if err != nil || !strings.Contains(redirectReason(from, to), what) {
			return false
		}
	}
	return len(cycle) > 1
}

// tlsTerminated reports whether the hops differ in nothing but the scheme, or,
// behind a gateway, not at all from the https URL that is asked for.
func tlsTerminated(cycle []*exchange.Exchange) bool {
	first, err := url.Parse(cycle[0].URL)
	if err != nil {
		return false
	}
	schemes := map[string]bool{}
	for _, x := range cycle {
		u, err := url.Parse(x.URL)
		if err != nil || u.Hostname() != first.Hostname() || u.Path != first.Path {
			return false
		}
		next, err := u.Parse(x.Response.Header.Get("Location"))
		if err != nil || next.Hostname() != first.Hostname() || next.Path != first.Path || next.Scheme != "https" && next.Scheme != "http" {
			return false
		}
		schemes[u.Scheme], schemes[next.Scheme] = true, true
	}
	if len(schemes) == 2 {
		return true
	}
	h := cycle[0].Response.Header
	return schemes["https"] && (h.Has("Via") || h.Has("CF-RAY") || h.Has("X-Forwarded-For") || h.Has("X-Amz-Cf-Id") || h.Has("X-Served-By"))
}

// throughLogin reports whether a login page is among the hops, and one of them
// sets a cookie.
func throughLogin(cycle []*exchange.Exchange) bool {
	login, cookie := false, false
	for _, x := range cycle {
		u, err := url.Parse(x.URL)
		login = login || err == nil && looksLikeLogin(u)
		cookie = cookie || x.Response.Header.Has("Set-Cookie")
	}
	return login && cookie
}

// leastGrowth is the number of redirects to the same path with ever longer
// queries that are taken for a loop.
const leastGrowth = 4

// growingQuery is the number of hops at the end of the chain that differ in
// their query alone, each longer than the one before; 0 if they are few.
func growingQuery(chain []*exchange.Exchange) int {
	n, path, length := 0, "", -1
	for i := len(chain) - 1; i >= 0; i-- {
		u, err := url.Parse(chain[i].URL)
		if err != nil || n > 0 && (u.Host+u.Path != path || len(u.RawQuery) >= length) {
			break
		}
		n, path, length = n+1, u.Host+u.Path, len(u.RawQuery)
	}
	if n < leastGrowth {
		return 0
	}
	return n
}

// maxClientRedirects is the least number of redirects after which a common
// client gives up (Go; browsers 20, requests 30, curl 50).
const maxClientRedirects = 10

// findLoop returns the hop with which the loop begins, -1 if there is none, and
// what shows that it is one.
func findLoop(chain []*exchange.Exchange) (first int, reason string) {
	same, visits := map[string]int{}, map[string][]int{}
	found, why := -1, ""
	for i, x := range chain {
		place := x.Request.Method + " " + x.URL
		state := place + " " + strings.Join(x.Request.Header.Values("Cookie"), "; ")
		if at, seen := same[state]; seen {
			found, why = at, ", same cookies"
		}
		same[state] = i
		if visits[place] = append(visits[place], i); found < 0 && len(visits[place]) >= 3 {
			v := visits[place]
			found, why = v[len(v)-2], fmt.Sprintf(", %d visits", len(v))
		}
	}
	last := chain[len(chain)-1]
	switch {
	case found >= 0:
		return found, why
	case redirectsToItself(last):
		return len(chain) - 1, ", no cookie set"
	case len(chain) > maxClientRedirects:
		return len(chain) - 3, ", the client gave up"
	}
	return -1, ""
}

// redirectsToItself reports whether repeating the request, as the redirect
// asks, must yield the same redirect.
func redirectsToItself(x *exchange.Exchange) bool {
	u, err := url.Parse(x.URL)
	if err != nil || x.Response.Header.Has("Set-Cookie") {
		return false
	}
	next, err := u.Parse(x.Response.Header.Get("Location"))
	if err != nil || !x.Response.Header.Has("Location") {
		return false
	}
	safe := x.Request.Method == http.MethodGet || x.Request.Method == http.MethodHead
	return sameTarget(u, next) && (safe || x.Response.Status == http.StatusTemporaryRedirect || x.Response.Status == http.StatusPermanentRedirect)
}

// sameTarget reports whether a request to either URL is the same one, however
// scheme, host and default port are spelled (RFC 9110 section 4.2.3).
func sameTarget(a, b *url.URL) bool {
	return b.User == nil && a.RequestURI() == b.RequestURI() && hostKey(a) == hostKey(b)
}

// hostKey spells the origin of u in one way.
func hostKey(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// drawCycle draws the hops and where the last one leads.
func drawCycle(cycle []*exchange.Exchange) string {
	one := sameOrigin(cycle)
	var names []string
	for i, x := range cycle {
		// The visit that closes the cycle is drawn, further rounds are not.
		if i > 0 && i == len(cycle)-1 && x.URL == cycle[0].URL || len(names) == 6 {
			break
		}
		names = append(names, hopName(x.URL, one))
	}
	return strings.Join(append(names, names[0]), " -> ")
}

func shortCycle(cycle []*exchange.Exchange) string {
	var names []string
	for i, x := range cycle {
		if i == 2 || i > 0 && x.URL == cycle[0].URL {
			break
		}
		names = append(names, hopName(x.URL, sameOrigin(cycle)))
	}
	return strings.Join(append(names, names[0]), " -> ")
}

func sameOrigin(cycle []*exchange.Exchange) bool {
	for _, x := range cycle {
		if originOf(x.URL) != originOf(cycle[0].URL) {
			return false
		}
	}
	return true
}

func originOf(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return ""
	}
	return origin(u)
}

func hopName(target string, pathOnly bool) string {
	if pathOnly {
		return clip(pathOf(target), 40)
	}
	return clip(originOf(target)+pathOf(target), 60)
}

func loopEvidence(cycle []*exchange.Exchange) []exchange.Evidence {
	var es []exchange.Evidence
	for i, x := range cycle {
		if i == 3 {
			break
		}
		e := field(x.ID, exchange.ResponseHeader, x.Response.Header, "Location", statusText(x.Response)+" for "+hopName(x.URL, sameOrigin(cycle)))
		es = append(es, e)
	}
	for _, x := range cycle {
		if x.Response.Header.Has("Set-Cookie") {
			return append(es, field(x.ID, exchange.ResponseHeader, x.Response.Header, "Set-Cookie", "set on the way, but the next visit looks the same"))
		}
	}
	return es
}

// loopAdvice names the usual culprit for the way in which the hops differ.
func loopAdvice(kind loopKind, cycle []*exchange.Exchange) exchange.Advice {
	a := cycle[0]
	from, err := url.Parse(a.URL)
	if err != nil {
		return exchange.Advice{}
	}
	to, err := from.Parse(a.Response.Header.Get("Location"))
	if err != nil {
		return exchange.Advice{}
	}
	switch reason := redirectReason(from, to); {
	case kind == loopGrowing:
		return exchange.Advice{Text: "Redirect to the bare login URL: do not add the current URL, with its own parameter, to the parameter again:", Copy: "Location: " + content.MaskURL(strings.SplitN(a.URL, "?", 2)[0])}
	case kind == loopHTTPS:
		return (&Case{X: a}).trustForwardedProto("The application does not know that the client uses https. Tell it, and let it trust the gateway:")
	case strings.Contains(reason, "slash"):
		return exchange.Advice{Text: "Two layers disagree about the slash at the end; let one of them decide:", Copy: "grep -rnE 'rewrite|return 30|APPEND_SLASH|trailingSlash' ."}
	case strings.Contains(reason, "www"):
		return exchange.Advice{Text: "Two layers disagree about www.; let one of them decide:", Copy: "grep -rnE 'server_name|return 30' /etc/nginx/"}
	}
	for _, x := range cycle {
		if x.Response.Header.Has("Set-Cookie") {
			return exchange.Advice{Text: "The client does not send the cookie back. See its Domain, Path, Secure and SameSite:", Copy: "Set-Cookie: NAME=VALUE; Path=/; SameSite=Lax"}
		}
	}
	return exchange.Advice{Text: "See which two rules redirect to each other:", Copy: "curl -sI " + shell(content.MaskURL(a.URL)) + " | grep -i '^location'"}
}
