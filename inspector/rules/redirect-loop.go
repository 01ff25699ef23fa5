package rules

import (
	"fmt"
	"strings"

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
	When:      when(status3xx, redirecting),
	Check:     loopCheck(loopExact),
	Examples: []Example{
		{Name: "two-pages", Finds: "Redirect loop: /a -> /b -> /a", HTTP: hop(0, "/a", "", "/b") + hop(1, "/b", "", "/a") + hop(2, "/a", "", "/b")},
		{Name: "cookie-never-kept", Finds: "same cookies", HTTP: hop(0, "/a", "", "/b") + hop(1, "/b", "", "/a\n< Set-Cookie: sid=1; Secure") + hop(2, "/a", "", "/b")},
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
	text := fmt.Sprintf("* at 2026-11-22T14:00:%02dZ\n* client 127.0.0.1:5000\n> GET %s HTTP/1.1\n", second, absolute(path))
	if cookie != "" {
		text += "> Cookie: " + cookie + "\n"
	}
	return text + "< HTTP/1.1 302 Found\n< Location: " + location + "\n* took 5ms\n"
}

// absolute puts the host of the examples before a path.
func absolute(path string) string {
	if strings.HasPrefix(path, "/") {
		return "http://app.test" + path
	}
	return path
}
