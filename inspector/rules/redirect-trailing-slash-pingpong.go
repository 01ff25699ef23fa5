package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "redirect-trailing-slash-pingpong", Title: "Redirects to and from the slash at the end", Family: Redirect, Severity: exchange.SeverityError,
	Explain:   "Two layers disagree about the slash at the end of the path: one adds it, as for a directory, the other takes it away, as a framework does.",
	FixClient: "Nothing: the server has to be repaired.",
	FixServer: "Let one layer decide about the slash.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-redirection-3xx",
	When:      when(status3xx, redirecting),
	Check:     loopCheck(loopSlash),
	Examples: []Example{
		{Name: "there-and-back", Finds: "Redirect loop: /docs -> /docs/ -> /docs", HTTP: hop(0, "/docs", "", "/docs/") + hop(1, "/docs/", "", "/docs") + hop(2, "/docs", "", "/docs/")},
		{Name: "one-way", HTTP: hop(0, "/docs", "", "/docs/") + hop(1, "/docs/", "", "/docs/home")},
	},
})
