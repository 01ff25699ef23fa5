package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "redirect-loop-growing-query", Title: "A redirect loop whose query grows", Family: Redirect, Severity: exchange.SeverityError,
	Explain:   "Each redirect puts the URL of the one before into a parameter of the next. It ends when the URL is too long: with 414, 431 or the client's limit.",
	FixClient: "Request the page without its query, with the cookies of this site cleared.",
	FixServer: "Do not redirect the login page to itself, and do not put its URL into its own parameter.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-redirection-3xx",
	When:      when(status3xx, redirecting),
	Check:     loopCheck(loopGrowing),
	Examples: []Example{
		{Name: "login", Finds: "each with a longer query", HTTP: hop(0, "/login?n=1", "", "/login?n=11") + hop(1, "/login?n=11", "", "/login?n=111") + hop(2, "/login?n=111", "", "/login?n=1111") + hop(3, "/login?n=1111", "", "/login?n=11111")},
		{Name: "two-steps", HTTP: hop(0, "/login?n=1", "", "/login?n=11") + hop(1, "/login?n=11", "", "/home")},
	},
})
