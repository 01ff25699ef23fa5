package rules

import "httpwhy/inspector/exchange"

var _ = rule(Rule{
	ID: "redirect-https-behind-proxy", Title: "The application behind a TLS gateway insists on https", Family: Redirect, Severity: exchange.SeverityError,
	Explain: "A gateway ends TLS and asks the application over http. The application sees http and redirects to the https URL, which is the one that was asked for. " +
		"It must be told the scheme, usually by X-Forwarded-Proto, and trust that.",
	FixClient: "Nothing: the server has to be repaired.",
	FixServer: "Pass on X-Forwarded-Proto and let the application trust the gateway; with Cloudflare set the mode Full (strict).",
	Spec:      "https://www.rfc-editor.org/rfc/rfc7239.html#section-5.4",
	When:      when(status3xx, redirecting),
	Check:     loopCheck(loopHTTPS),
	Examples: []Example{
		{Name: "ping-pong", Finds: "does not know that the client uses https", Also: []string{"redirect-downgrade"}, HTTP: hop(0, "http://app.test/", "", "https://app.test/") + hop(1, "https://app.test/", "", "http://app.test/") + hop(2, "http://app.test/", "", "https://app.test/")},
		{Name: "cloudflare", Finds: "Redirect loop: / -> /", HTTP: hop(0, "https://app.test/", "", "https://app.test/\n< CF-RAY: 8f1a-FRA")},
		{Name: "upgrade", HTTP: hop(0, "http://app.test/", "", "https://app.test/")},
	},
})
