package rules

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-preflight-redirect", Title: "The preflight is redirected", Family: CORS, Severity: exchange.SeverityError,
	Explain:   "Browsers do not follow redirects of preflights, whatever their CORS fields say.",
	FixClient: "Request the URL that the redirect leads to.",
	FixServer: "Answer OPTIONS before the redirect, or serve this URL itself.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return x.Request.Method == http.MethodOptions && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsRedirect)
		u := c.URL()
		if k == nil || u == nil {
			return nil
		}
		next := k.Value
		reason := "it leads elsewhere"
		if v, err := u.Parse(k.Value); err == nil {
			next, reason = v.String(), redirectReason(u, v)
		}
		next = content.MaskURL(next)
		return c.corsFinding(&Finding{
			Verdict:  fmt.Sprintf("The preflight was redirected to %s, and preflights must not redirect: %s.", clip(next, 80), reason),
			Short:    fmt.Sprintf("CORS: preflight got %d", c.X.Response.Status),
			Evidence: []exchange.Evidence{c.requestLine(""), c.statusLine(""), c.responseField("Location", reason)},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Request the final URL:", Copy: "fetch('" + next + "')"},
				Server: c.allowCORS("Answer OPTIONS with these fields before redirecting:", c.corsLeave()),
			},
		})
	},
	Examples: []Example{
		{Name: "slash", Finds: "only the slash at the end differs", HTTP: preflight + `< HTTP/1.1 301 Moved Permanently
< Location: /items/
< Access-Control-Allow-Origin: *`},
		{Name: "https", Finds: "the same URL over https", HTTP: preflight + `< HTTP/1.1 308 Permanent Redirect
< Location: https://api.test/items`},
		{Name: "login", Finds: "a login page", HTTP: preflight + `< HTTP/1.1 302 Found
< Location: https://id.test/login?next=%2Fitems`},
		{Name: "direct", HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: content-type`},
	},
})

// redirectReason compares a URL with the one that it redirects to.
func redirectReason(from, to *url.URL) string {
	samePath := from.EscapedPath() == to.EscapedPath() && from.RawQuery == to.RawQuery
	switch {
	case looksLikeLogin(to):
		return "it is a login page, so the session is missing or over"
	case from.Host == to.Host && from.Scheme == to.Scheme && from.Path != to.Path && strings.TrimSuffix(from.Path, "/") == strings.TrimSuffix(to.Path, "/"):
		return "only the slash at the end differs"
	case from.Hostname() == to.Hostname() && from.Scheme == "http" && to.Scheme == "https" && samePath:
		return "it is the same URL over https"
	case strings.TrimPrefix(from.Hostname(), "www.") == strings.TrimPrefix(to.Hostname(), "www.") && from.Hostname() != to.Hostname():
		return "only www. differs"
	case from.Host != to.Host:
		return "it is another host"
	case from.String() == to.String():
		return "it is the same URL"
	default:
		return "it is another path"
	}
}

// looksLikeLogin reports whether a URL is that of a login page, by its path or
// host.
func looksLikeLogin(u *url.URL) bool {
	path := strings.ToLower(u.Path)
	for _, word := range []string{"/login", "/signin", "/sign-in", "/sign_in", "/oauth", "/saml", "/sso", "/authorize"} {
		if strings.Contains(path, word) {
			return true
		}
	}
	host := strings.ToLower(u.Hostname())
	return strings.HasPrefix(host, "login.") || strings.HasPrefix(host, "accounts.") || strings.HasPrefix(host, "auth.")
}
