package rules

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-session-not-sent", Title: "The session cookie was not sent", Family: Auth, Severity: exchange.SeverityError,
	Explain: "A client sends a cookie back only where its Domain, Path, Secure, SameSite and age allow it. A page that asks another origin must want it too, " +
		"and programs keep cookies only if they are told.",
	FixClient: "Keep the cookies of the login, and send them: in a browser with credentials: 'include'.",
	FixServer: "Set the session cookie for all that need it: Path=/, and a Domain for subdomains.",
	Spec:      rfcCookies + "#name-retrieval-model",
	When:      when(status4xx|status3xx, func(x *exchange.Exchange) bool { return received(x) && TurnedAway(x) }),
	Check: func(c *Case) *Finding {
		u := c.unsentSession()
		if u == nil {
			return nil
		}
		severity := exchange.Severity("")
		switch {
		case isRedirect(c.X.Response.Status): // who logs in anew is asked to
			if severity = exchange.SeverityWarning; u.expired || u.confidence == exchange.Possible {
				severity = exchange.SeverityInfo
			}
		case c.X.Response.Status == http.StatusForbidden && u.confidence == exchange.Possible:
			severity = exchange.SeverityInfo // 403 has other causes more often
		}
		return &Finding{
			Severity: severity, Confidence: u.confidence, Related: []exchange.ID{u.set.ID},
			Verdict: fmt.Sprintf("The session cookie %s of #%d was not sent: %s.", u.cookie.label(), u.set.ID, u.reason),
			Short:   "session cookie not sent",
			Evidence: []exchange.Evidence{
				{Exchange: u.set.ID, Part: exchange.ResponseHeader, Name: "Set-Cookie", Value: u.cookie.masked()},
				c.requestLine(""), c.requestField("Cookie", ""), c.statusLine(""),
			},
			Fix: exchange.Fix{Client: u.client, Server: u.server},
		}
	},
	Examples: []Example{
		{Name: "secure", Finds: "it is Secure, and this request goes over plain http", HTTP: sessionSet("https://app.test/login", "sid=abc; Secure") + sessionAsk("http://app.test/me", "")},
		{Name: "path", Finds: "its Path is /auth", HTTP: sessionSet("http://app.test/auth/login", "sid=abc; Path=/auth") + sessionAsk("http://app.test/me", "")},
		{Name: "default-path", Finds: "its Path is /auth, that of the page which set it", HTTP: sessionSet("http://app.test/auth/login", "sid=abc") + sessionAsk("http://app.test/me", "")},
		{Name: "subdomain", Also: []string{"auth-missing-credentials"}, Finds: "it has no Domain, so it is for app.test alone", HTTP: sessionSet("http://app.test/login", "sid=abc; Path=/") + sessionAsk("http://api.app.test/me", "")},
		{Name: "expired", Finds: "it expired 50 s before this request", HTTP: sessionSet("http://app.test/login", "sid=abc; Max-Age=10") + sessionAsk("http://app.test/me", "")},
		{Name: "cross-site", Finds: "a page of another site asks, and the cookie is SameSite=Lax", HTTP: sessionSet("https://app.test/login", "sid=abc; Secure") + sessionAsk("https://app.test/me", "Sec-Fetch-Site: cross-site\n> Sec-Fetch-Mode: cors")},
		{Name: "credentials-mode", Finds: "a page of another origin asks, and its request was made without credentials", HTTP: sessionSet("https://api.app.test/login", "sid=abc; Secure") + sessionAsk("https://api.app.test/me", "Sec-Fetch-Site: same-site\n> Sec-Fetch-Mode: cors\n> Origin: https://app.test"), Also: []string{"cors-masks-error-status"}},
		{Name: "no-jar", Finds: "python-requests does not keep cookies by itself", HTTP: strings.ReplaceAll(sessionSet("http://app.test/login", "sid=abc")+sessionAsk("http://app.test/me", ""), "Mozilla/5.0", "python-requests/2.31")},
		{Name: "not-allowed", Finds: "curl", HTTP: strings.NewReplacer("204 No Content", "200 OK", "401 Unauthorized", "403 Forbidden", "Mozilla/5.0", "curl/8").Replace(sessionSet("http://app.test/shop", "sid=abc") + sessionAsk("http://app.test/staff", "")), Also: []string{"forbidden"}},
		{Name: "other-port", Also: []string{"auth-missing-credentials"}, HTTP: sessionSet("http://app.test:8000/login", "sid=abc") + sessionAsk("http://app.test:9000/me", "")},
		{Name: "sent-to-login", Finds: "its Path is /auth", HTTP: sessionSet("http://app.test/auth/login", "sid=abc; Path=/auth") + sentToLogin("")},
		{Name: "sent-to-login-expired", Finds: "it expired 50 s before", HTTP: sessionSet("http://app.test/login", "sid=abc; Max-Age=10") + sentToLogin("")},
		{Name: "sent-to-login-with-it", HTTP: sessionSet("http://app.test/login", "sid=abc") + sentToLogin("Cookie: sid=abc")},
		{Name: "sent", Also: []string{"auth-rejected"}, HTTP: sessionSet("http://app.test/login", "sid=abc") + sessionAsk("http://app.test/me", "Cookie: sid=abc")},
		{Name: "logged-out", Also: []string{"auth-missing-credentials"}, HTTP: sessionSet("http://app.test/login", "sid=abc") + sessionSet("http://app.test/logout", "sid=; Max-Age=0") + sessionAsk("http://app.test/me", "")},
		{Name: "no-session", Also: []string{"auth-missing-credentials"}, HTTP: sessionSet("http://app.test/login", "theme=dark") + sessionAsk("http://app.test/me", "")},
		{Name: "session-of-nobody", Finds: "its Path is /shop", Also: []string{"auth-missing-credentials"}, HTTP: strings.Replace(sessionSet("http://app.test/shop/", "sid=abc"), "204 No Content", "200 OK", 1) + sessionAsk("http://app.test/me", "")},
		{Name: "wrong-password", Also: []string{"login-refused"}, HTTP: sessionSet("http://app.test/login", "sid=abc; Path=/auth") + `* at 2026-11-22T14:01:00Z
* client 127.0.0.1:5000
> POST http://app.test/session HTTP/1.1
> User-Agent: Mozilla/5.0
> Content-Type: application/json

{"user":"a","password":"b"}
< HTTP/1.1 401 Unauthorized`},
		{Name: "bearer-wanted", Also: []string{"auth-missing-credentials"}, HTTP: sessionSet("http://app.test/login", "sid=abc; Path=/auth") + strings.Replace(sessionAsk("http://app.test/me", ""), "Unauthorized", "Unauthorized\n< WWW-Authenticate: Bearer", 1)},
	},
})

func sessionSet(target, cookie string) string {
	at := "00:00"
	if strings.HasSuffix(target, "logout") {
		at = "00:30"
	}
	return "* at 2026-11-22T14:" + at + "Z\n* client 127.0.0.1:5000\n> GET " + target + " HTTP/1.1\n> User-Agent: Mozilla/5.0\n< HTTP/1.1 204 No Content\n< Set-Cookie: " + cookie + "\n* took 10ms\n"
}

func sessionAsk(target, fields string) string {
	if fields != "" {
		fields = "> " + fields + "\n"
	}
	return "* at 2026-11-22T14:01:00.01Z\n* client 127.0.0.1:5000\n> GET " + target + " HTTP/1.1\n> User-Agent: Mozilla/5.0\n" + fields + "< HTTP/1.1 401 Unauthorized\n* took 10ms\n"
}

// sentToLogin is sessionAsk where the answer is a redirect to the login page.
func sentToLogin(fields string) string {
	return strings.Replace(sessionAsk("http://app.test/me", fields), "401 Unauthorized", "302 Found\n< Location: /login?next=%2Fme", 1)
}

// TurnedAway reports whether x, which has a response, was refused for who the
// client is: by its status, or by being sent to a login page.
func TurnedAway(x *exchange.Exchange) bool {
	switch x.Response.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return true
	case http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect:
	default:
		return false
	}
	location := x.Response.Header.Get("Location")
	if location == "" || len(location) > maxShown {
		return false
	}
	to, err := url.Parse(location)
	if err != nil || !looksLikeLogin(to) {
		return false
	}
	// What is a step of a login itself is not turned away by the next one.
	from, err := url.Parse(x.URL)
	return err == nil && !looksLikeLogin(from) && !strings.Contains(strings.ToLower(from.Path), "logout")
}

// unsentSession is a session cookie that the client got and did not send, with
// why.
type unsentSession struct {
	set            *exchange.Exchange
	cookie         *storedCookie
	reason         string
	confidence     exchange.Confidence
	expired        bool
	client, server exchange.Advice
}

// unsentSession is nil too where other credentials were sent or are wanted.
func (c *Case) unsentSession() *unsentSession {
	if c.Links.CookiesSet == nil && c.Links.SiteCookies == nil || c.URL() == nil || c.maySendPassword() {
		return nil
	}
	for _, name := range c.credentials() {
		if name != "Cookie" && !strings.EqualFold(name, "cookie") {
			return nil
		}
	}
	if cs := challenges(c.X.Response.Header); len(cs) > 0 && !strings.EqualFold(cs[0].Scheme, "Cookie") {
		return nil
	}
	sent := "; " + strings.Join(c.X.Request.Header.Values("Cookie"), "; ")
	known := map[string]bool{}
	for _, from := range [][]*exchange.Exchange{c.Links.CookiesSet, c.Links.SiteCookies} {
		for _, y := range slices.Backward(from) {
			for _, k := range (&Case{X: y}).Cookies() {
				if !sessionName(k.Name) || known[k.Name] {
					continue
				}
				known[k.Name] = true // the latest line for a name decides
				switch {
				case k.Refusal != "" || k.Value == "" || k.HasMaxAge && k.MaxAge <= 0 || !k.Expires.IsZero() && k.Expires.Before(y.Start):
					continue
				case strings.Contains(sent, "; "+k.Name+"="):
					return nil
				}
				return c.whyUnsent(y, k)
			}
		}
	}
	return nil
}

// whyUnsent goes through the retrieval model of RFC 6265bis section 5.8.3.
func (c *Case) whyUnsent(y *exchange.Exchange, k *storedCookie) *unsentSession {
	from, err := url.Parse(y.URL)
	if err != nil {
		return nil
	}
	host, setBy := cookieHost(c.URL().Hostname()), cookieHost(from.Hostname())
	if otherServer(c.URL(), from) {
		return nil
	}
	u := &unsentSession{set: y, cookie: k, confidence: exchange.Likely}
	if y.Request.Method == http.MethodGet && y.Status() == http.StatusOK && !looksLikeLogin(from) {
		u.confidence = exchange.Possible // any page may begin a session of nobody
	}
	server := func(text, attributes string) *unsentSession {
		u.server = exchange.Advice{Text: text, Copy: fmt.Sprintf("Set-Cookie: %s=VALUE; %s", k.label(), attributes)}
		return u
	}
	path, given := k.Path, true
	if path == "" {
		path, given = defaultCookiePath(from.EscapedPath()), false
	}
	switch {
	case !k.HasDomain && host != setBy:
		// It may be the session of that host alone, e.g. of a single sign-on.
		u.confidence = exchange.Possible
		u.reason = fmt.Sprintf("it has no Domain, so it is for %s alone", setBy)
		return server("If the session is for the subdomains too, name the domain above them:", "Domain="+siteHost(host)+"; Path=/; Secure; HttpOnly")
	case k.HasDomain && host != k.Domain && !strings.HasSuffix(host, "."+k.Domain):
		u.confidence = exchange.Possible
		u.reason = "its Domain is " + clip(k.Domain, 40)
		return server("If the session is for this host too, name the domain above both:", "Domain="+siteHost(host)+"; Path=/; Secure; HttpOnly")
	case !cookiePathMatch(c.Path(), path):
		u.reason = "its Path is " + clip(path, 40)
		if !given {
			u.reason += ", that of the page which set it"
		}
		return server("Set it for all paths:", "Path=/; Secure; HttpOnly; SameSite=Lax")
	case k.Secure && !c.cookieConnection().trusted:
		u.reason = "it is Secure, and this request goes over plain http"
		u.client = exchange.Advice{Text: "Ask over https:", Copy: curl(c.X.Request.Method, "https"+strings.TrimPrefix(c.X.URL, "http"))}
		return u
	}
	ends := k.Expires
	if k.HasMaxAge {
		ends = y.End().Add(min(k.MaxAge, maxCookieAge))
	}
	if !ends.IsZero() && !y.Start.IsZero() && ends.Before(c.X.Start) {
		u.expired = true
		u.reason = fmt.Sprintf("it expired %s before this request", duration(c.X.Start.Sub(ends)))
		u.client = exchange.Advice{Text: "Log in again, as in:", Copy: curl(y.Request.Method, y.URL, "-c", "cookies.txt")}
		return server("If sessions are to last longer:", "Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=Lax")
	}
	return c.whyClientKept(u)
}

// otherServer reports whether another port of the same host answers than set the
// cookie: cookies go to all ports, but a session is one server's.
func otherServer(asked, setBy *url.URL) bool {
	return strings.EqualFold(asked.Hostname(), setBy.Hostname()) && asked.Scheme == setBy.Scheme && asked.Port() != setBy.Port()
}

// whyClientKept is what is left when the cookie's attributes allow it to be sent.
func (c *Case) whyClientKept(u *unsentSession) *unsentSession {
	h, k := c.X.Request.Header, u.cookie
	u.client = exchange.Advice{Text: "Keep the cookies of the login and send them:", Copy: c.curl("-b", "cookies.txt")}
	browser := c.Browser() && h.Get("User-Agent") != ""
	switch {
	case browser && k.SameSite != "none" && c.crossSite() != "":
		mode := k.SameSite
		if mode == "" {
			mode = "lax"
		}
		u.reason = "a page of another site asks, and the cookie is SameSite=" + strings.ToUpper(mode[:1]) + mode[1:]
		u.client = exchange.Advice{}
		u.server = exchange.Advice{Text: "If other sites are to ask with the user's session:", Copy: fmt.Sprintf("Set-Cookie: %s=VALUE; Path=/; SameSite=None; Secure; HttpOnly", k.label())}
	case browser && (h.Get("Sec-Fetch-Site") == "same-site" || h.Get("Sec-Fetch-Site") == "cross-site" || c.CORS() != nil) && h.Get("Sec-Fetch-Mode") != "navigate":
		u.reason = "a page of another origin asks, and its request was made without credentials"
		u.client = exchange.Advice{Text: "Ask with credentials:", Copy: fmt.Sprintf("fetch('%s', {credentials: 'include'})", strings.ReplaceAll(pathOf(c.X.URL), "'", "%27"))}
	case browser:
		u.confidence = exchange.Possible
		u.reason = "its attributes allow it, so the page asked without credentials, or the cookie was removed"
		u.client = exchange.Advice{Text: "See whether the browser has it, and ask with credentials:", Copy: "fetch(url, {credentials: 'same-origin'})"}
	case !slices.ContainsFunc(c.Links.Before, func(x *exchange.Exchange) bool { return x.Request.Header.Has("Cookie") }):
		name, _, _ := strings.Cut(h.Get("User-Agent"), "/")
		if name == "" {
			name = "this client"
		}
		u.reason = fmt.Sprintf("%s does not keep cookies by itself", clip(name, 30))
		if c.X.Response.Status == http.StatusForbidden {
			u.confidence = exchange.Possible // nobody asked who the client is
		}
		u.client = exchange.Advice{Text: "Keep the cookies of the login and send them; with curl:", Copy: curl(u.set.Request.Method, u.set.URL, "-c", "cookies.txt") + "\n" + c.curl("-b", "cookies.txt")}
	default:
		u.confidence = exchange.Possible
		u.reason = "its attributes allow it, but the client left it out"
	}
	return u
}

// siteHost is the registrable domain of a host.
func siteHost(host string) string {
	_, name, _ := strings.Cut(site(&url.URL{Scheme: "https", Host: host}), "://")
	return name
}

// defaultCookiePath is that of a cookie without Path (RFC 6265bis section 5.1.4).
func defaultCookiePath(path string) string {
	i := strings.LastIndexByte(path, '/')
	if i <= 0 {
		return "/"
	}
	return path[:i]
}

// cookiePathMatch is RFC 6265bis section 5.1.4.
func cookiePathMatch(request, cookie string) bool {
	rest, ok := strings.CutPrefix(request, cookie)
	return ok && (rest == "" || strings.HasSuffix(cookie, "/") || rest[0] == '/')
}
