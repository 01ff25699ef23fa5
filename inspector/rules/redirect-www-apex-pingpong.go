package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "redirect-www-apex-pingpong", Title: "Redirects to and from www.", Family: Redirect, Severity: exchange.SeverityError,
	Explain: "Two layers disagree about the name of the site: one redirects to the host with www., the other back to the one without, " +
		"e.g. a content delivery network and the web server behind it.",
	FixClient: "Nothing: the server has to be repaired.",
	FixServer: "Decide for one of the two hosts, in one layer.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-redirection-3xx",
	When:      when(status3xx, redirecting),
	Check:     loopCheck(loopWWW),
	Examples: []Example{
		{Name: "there-and-back", Finds: "one rule adds www., another takes it away", HTTP: hop(0, "https://app.test/", "", "https://www.app.test/") + hop(1, "https://www.app.test/", "", "https://app.test/") + hop(2, "https://app.test/", "", "https://www.app.test/")},
		{Name: "one-way", HTTP: hop(0, "https://app.test/", "", "https://www.app.test/") + hop(1, "https://www.app.test/", "", "https://www.app.test/home")},
	},
})
