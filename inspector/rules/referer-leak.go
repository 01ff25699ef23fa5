package rules

import (
	"fmt"
	"net/url"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "referer-leak", Title: "Referer carries a secret to another site", Family: Security, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "Referer is the URL of the page, with its query where the page's policy is unsafe-url or that of an old client. The other site logs it.",
	FixClient: "Send the origin alone.",
	FixServer: "Keep secrets out of the URLs of pages, and set Referrer-Policy.",
	Spec:      "https://www.w3.org/TR/referrer-policy/#security-considerations",
	When: when(anyStatus, func(x *exchange.Exchange) bool {
		return received(x) && x.Request.Header.Has("Referer")
	}),
	Check: func(c *Case) *Finding {
		value := c.X.Request.Header.Get("Referer")
		if len(value) > maxDestination {
			return nil
		}
		from, err := url.Parse(value)
		if err != nil || from.RawQuery == "" || c.URL() == nil || siteHost(from.Hostname()) == siteHost(c.URL().Hostname()) {
			return nil
		}
		query := from.Query()
		for _, name := range secretsInQuery {
			if len(query.Get(name)) < 8 {
				continue
			}
			return &Finding{
				Verdict:  fmt.Sprintf("Referer tells %s the %s in the URL of a page of %s.", c.Host(), name, from.Host),
				Short:    clip("Referer tells "+name, shortCells),
				Evidence: []exchange.Evidence{{Part: exchange.RequestHeader, Name: "Referer", Value: content.MaskURL(value)}},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Send the origin alone:", Copy: "<meta name=\"referrer\" content=\"strict-origin-when-cross-origin\">"},
					Server: exchange.Advice{Text: "For the pages of " + from.Host + ":", Copy: "Referrer-Policy: strict-origin-when-cross-origin"},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "token", Finds: "Referer tells cdn.test the access_token in the URL of a page of app.example", HTTP: `> GET http://cdn.test/a.js HTTP/1.1
> Referer: http://app.example/start?access_token=2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK`},
		{Name: "own-site", HTTP: `> GET http://app.example/a.js HTTP/1.1
> Referer: http://app.example/start?access_token=2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK`},
		{Name: "origin", HTTP: `> GET http://cdn.test/a.js HTTP/1.1
> Referer: http://app.example/
< HTTP/1.1 200 OK`},
	},
})
