package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "redirect-login-loop", Title: "The login leads back to itself", Family: Redirect, Severity: exchange.SeverityError,
	Explain: "The login sets a cookie and redirects to the page, which does not get it and redirects to the login again. Clients drop cookies that are Secure over http, " +
		"for another domain or path, SameSite=Strict on the way back from another site, or larger than 4096 bytes.",
	FixClient: "Allow cookies for this site, and clear the old ones.",
	FixServer: "See why the session cookie does not come back: its Secure, Domain, Path and SameSite.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6265.html#section-5.3",
	When:      when(status3xx, redirecting),
	Check:     loopCheck(loopLogin),
	Examples: []Example{
		{Name: "secure-over-http", Finds: "the login sets a cookie that does not come back", Also: []string{"cookie-rejected-secure-over-http"}, HTTP: hop(0, "/a", "", "/login") + hop(1, "/login", "", "/a\n< Set-Cookie: sid=1; Secure") + hop(2, "/a", "", "/login")},
		{Name: "logged-in", HTTP: hop(0, "/a", "", "/login") + hop(1, "/login", "", "/a\n< Set-Cookie: sid=1") + hop(2, "/a", "sid=1", "/home")},
	},
})
