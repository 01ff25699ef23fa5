package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "redirect-self", Title: "A redirect leads to itself", Family: Redirect, Severity: exchange.SeverityError,
	Explain:   "The redirect names the URL that was asked for and sets no cookie, so whoever follows it gets the same answer again.",
	FixClient: "Request another URL, or send what the server waits for, e.g. a cookie or a language.",
	FixServer: "See which rule redirects this URL to itself.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-location",
	When:      when(status3xx, redirecting),
	Check:     loopCheck(loopSelf),
	Examples: []Example{
		{Name: "itself", Finds: "Redirect loop: /a -> /a", HTTP: hop(0, "/a", "", "/a")},
		{Name: "other-spelling", Finds: "Redirect loop: /a?b=1 -> /a?b=1", HTTP: `> GET https://app.test/a?b=1 HTTP/2
< HTTP/2 301
< location: HTTPS://App.test:443/a?b=1#top`},
		{Name: "other-port", HTTP: `> GET https://app.test/a HTTP/2
< HTTP/2 301
< location: https://app.test:8443/a`},
		{Name: "to-https", HTTP: `> GET http://app.test/a HTTP/1.1
< HTTP/1.1 301 Moved Permanently
< Location: https://app.test/a`},
		{Name: "cookie-test", HTTP: hop(0, "/a", "", "/a\n< Set-Cookie: test=1")},
		{Name: "other-page", HTTP: hop(0, "/a", "", "/b")},
	},
})
