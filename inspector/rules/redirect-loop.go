package rules

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// The finding stands on the last hop that was seen, with the others as Related:
// one finding for the whole chain.
var _ = rule(Rule{
	ID: "redirect-loop", Title: "A redirect loop", Family: Redirect, Severity: exchange.SeverityError,
	Explain: "The same request, with the same cookies, is redirected back to where it came from, so it can never end. " +
		"A second visit with another cookie would be no loop: logins work that way.",
	FixClient: "Clear the cookies of this site, and request the final URL.",
	FixServer: "See which two rules redirect to each other.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-redirection-3xx",
	When:      func(x *exchange.Exchange) bool { return received(x) && isRedirect(x.Response.Status) },
	Check: func(c *Case) *Finding {
		if !c.Links.Last || c.URL() == nil {
			return nil
		}
		first, reason := findLoop(c.Links.Chain)
		if first < 0 {
			return nil
		}
		cycle := c.Links.Chain[first:]
		f := &Finding{
			Verdict:  fmt.Sprintf("Redirect loop: %s (%s%s).", drawCycle(cycle), plural(len(c.Links.Chain), "redirect", "redirects"), reason),
			Short:    clip("redirect loop: "+shortCycle(cycle), 28),
			Evidence: loopEvidence(cycle),
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Clear the cookies of " + c.Host() + ", and look at each hop:", Copy: "curl -sIL --max-redirs 5 " + shell(content.MaskURL(c.Links.Chain[0].URL))},
				Server: loopAdvice(cycle),
			},
		}
		for _, hop := range c.Links.Chain {
			if hop.ID != c.X.ID {
				f.Related = append(f.Related, hop.ID)
			}
		}
		return f
	},
	Examples: []Example{
		{Name: "two-pages", Finds: "Redirect loop: /a -> /b -> /a", HTTP: hop(0, "/a", "", "/b") + hop(1, "/b", "", "/a") + hop(2, "/a", "", "/b")},
		{Name: "itself", Finds: "Redirect loop: /a -> /a", HTTP: hop(0, "/a", "", "/a")},
		{Name: "cookie-never-kept", Finds: "same cookies", HTTP: hop(0, "/a", "", "/login") + hop(1, "/login", "", "/a\n< Set-Cookie: sid=1; Secure") + hop(2, "/a", "", "/login")},
		{Name: "third-visit", Finds: "Redirect loop", HTTP: hop(0, "/a", "n=1", "/b") + hop(1, "/b", "n=2", "/a") + hop(2, "/a", "n=3", "/b") + hop(3, "/b", "n=4", "/a") + hop(4, "/a", "n=5", "/b")},
		{Name: "login-by-cookie", HTTP: hop(0, "/a", "", "/login") + hop(1, "/login", "", "/a\n< Set-Cookie: sid=1") + `* at 2026-11-22T14:00:02Z
* client 127.0.0.1:5000
> GET http://app.test/a HTTP/1.1
> Cookie: sid=1
< HTTP/1.1 200 OK`},
		{Name: "second-visit-with-a-cookie", HTTP: hop(0, "/a", "", "/b") + hop(1, "/b", "", "/a") + hop(2, "/a", "sid=1", "/c")},
		{Name: "post-redirect-get", HTTP: `> POST http://app.test/a HTTP/1.1
< HTTP/1.1 303 See Other
< Location: /a`},
	},
})

// hop is an exchange of an example: seconds after the start, with a cookie.
func hop(second int, path, cookie, location string) string {
	text := fmt.Sprintf("* at 2026-11-22T14:00:%02dZ\n* client 127.0.0.1:5000\n> GET http://app.test%s HTTP/1.1\n", second, path)
	if cookie != "" {
		text += "> Cookie: " + cookie + "\n"
	}
	return text + "< HTTP/1.1 302 Found\n< Location: " + location + "\n* took 5ms\n"
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
	next.Fragment = ""
	safe := x.Request.Method == http.MethodGet || x.Request.Method == http.MethodHead
	return next.String() == u.String() && (safe || x.Response.Status == http.StatusTemporaryRedirect || x.Response.Status == http.StatusPermanentRedirect)
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
func loopAdvice(cycle []*exchange.Exchange) exchange.Advice {
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
	case from.Hostname() == to.Hostname() && from.Path == to.Path && (from.Scheme != to.Scheme || to.Scheme == "https"):
		return exchange.Advice{Text: "The application does not know that the client uses https. Tell it, and let it trust the gateway:", Copy: "proxy_set_header X-Forwarded-Proto $scheme;"}
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
