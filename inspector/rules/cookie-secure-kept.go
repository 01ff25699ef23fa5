package rules

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-secure-kept", Title: "A cookie over plain HTTP does not replace a Secure one", Family: Cookie, Severity: exchange.SeverityError,
	Explain: "What came over http may come from anybody on the way. So browsers keep a Secure cookie that was set over https, " +
		"and drop one of the same name, domain and path that comes over http.",
	FixClient: "Use the https URL.",
	FixServer: "Send all of the site over https, or give the cookie another name.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		if c.cookieConnection().trusted {
			return nil
		}
		for _, k := range c.Cookies() {
			if k.Refusal != "" || k.Secure {
				continue
			}
			y, kept := c.keptSecure(k)
			if y == nil {
				continue
			}
			return c.refusal([]*storedCookie{k}, &Finding{
				Confidence: exchange.Likely, Related: []exchange.ID{y.ID},
				Verdict:  fmt.Sprintf("The browser drops cookie %s: #%d set it as Secure over https, and plain HTTP may not replace that.", k.label(), y.ID),
				Short:    "Secure cookie is kept",
				Evidence: []exchange.Evidence{{Exchange: y.ID, Part: exchange.ResponseHeader, Name: "Set-Cookie", Value: kept.masked()}, c.requestLine("not https")},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Use the https URL:", Copy: curl(c.X.Request.Method, "https"+strings.TrimPrefix(c.X.URL, "http"))},
					Server: exchange.Advice{Text: "Lead all of the site to https:", Copy: "HTTP/1.1 308 Permanent Redirect\nLocation: https://" + c.Host() + "/"},
				},
			})
		}
		return nil
	},
	Examples: []Example{
		{Name: "session", Finds: "#1 set it as Secure over https", HTTP: sessionSet("https://app.test/login", "sid=abc; Secure") + plainSet("http://app.test/", "sid=def")},
		{Name: "other-name", HTTP: sessionSet("https://app.test/login", "sid=abc; Secure") + plainSet("http://app.test/", "seen=1")},
		{Name: "not-secure", HTTP: sessionSet("https://app.test/login", "sid=abc") + plainSet("http://app.test/", "sid=def")},
		{Name: "deleted", HTTP: sessionSet("https://app.test/login", "sid=abc; Secure") + sessionSet("https://app.test/logout", "sid=; Secure; Max-Age=0") + plainSet("http://app.test/", "sid=def")},
		{Name: "expired", HTTP: sessionSet("https://app.test/login", "sid=abc; Secure; Max-Age=10") + plainSet("http://app.test/", "sid=def")},
		{Name: "other-path", HTTP: sessionSet("https://app.test/login", "sid=abc; Secure; Path=/shop") + plainSet("http://app.test/", "sid=def; Path=/")},
		{Name: "other-host", HTTP: sessionSet("https://shop.app.test/login", "sid=abc; Secure") + plainSet("http://www.app.test/", "sid=def")},
	},
})

// plainSet sets a cookie a minute later than sessionSet.
func plainSet(target, cookie string) string {
	return strings.Replace(sessionSet(target, cookie), "14:00:00Z", "14:01:00Z", 1)
}

// keptSecure is the Secure cookie that k would replace, and what set it (RFC
// 6265bis section 5.7, "leave secure cookies alone").
func (c *Case) keptSecure(k *storedCookie) (*exchange.Exchange, *storedCookie) {
	host, path := cookieHost(c.URL().Hostname()), k.Path
	if k.HasDomain {
		host = k.Domain
	}
	if path == "" {
		path = defaultCookiePath(c.URL().EscapedPath())
	}
	for _, from := range [][]*exchange.Exchange{c.Links.CookiesSet, c.Links.SiteCookies} {
		for _, y := range slices.Backward(from) {
			for _, old := range (&Case{X: y}).Cookies() {
				if old.Name != k.Name || old.Refusal != "" || !old.replaceable(y, host, path) {
					continue
				}
				if !old.Secure || old.HasMaxAge && y.End().Add(min(old.MaxAge, maxCookieAge)).Before(c.X.Start) || !old.Expires.IsZero() && old.Expires.Before(c.X.Start) {
					return nil, nil // the latest line for a name decides
				}
				return y, old
			}
		}
	}
	return nil, nil
}

// replaceable reports whether a cookie for host and path stands in the place of
// old, which y set.
func (old *storedCookie) replaceable(y *exchange.Exchange, host, path string) bool {
	u, err := url.Parse(y.URL)
	if err != nil || u.Scheme != "https" {
		return false
	}
	oldHost, oldPath := cookieHost(u.Hostname()), old.Path
	if old.HasDomain {
		oldHost = old.Domain
	}
	if oldPath == "" {
		oldPath = defaultCookiePath(u.EscapedPath())
	}
	same := host == oldHost || strings.HasSuffix(host, "."+oldHost) || strings.HasSuffix(oldHost, "."+host)
	return same && cookiePathMatch(path, oldPath)
}
