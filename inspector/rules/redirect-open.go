package rules

import (
	"fmt"
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "redirect-open", Title: "A parameter decides where the redirect leads", Family: Redirect, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain: "The redirect leads to another site, whose URL is taken from the query. If any URL is taken, a link to this site can lead everywhere, which deceives those who trust the name in it. " +
		"Whether others are refused does not show in one answer.",
	FixClient: "Nothing to change.",
	FixServer: "Accept paths of this site alone, or hosts of a list.",
	Spec:      "https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html",
	When:      when(status3xx|hasQuery, func(x *exchange.Exchange) bool { return redirecting(x) && strings.Contains(x.URL, "?") }),
	Check: func(c *Case) *Finding {
		from := c.URL()
		if from == nil {
			return nil
		}
		to := c.destination()
		if to == nil || to.Host == "" || site(to) == site(from) || siteHost(to.Hostname()) == siteHost(from.Hostname()) {
			return nil
		}
		name := parameterWith(from.Query(), to)
		if name == "" {
			return nil
		}
		return &Finding{
			Confidence: exchange.Possible,
			Verdict:    fmt.Sprintf("Does the parameter %s accept any site? The redirect leads to %s, as it says.", clip(name, 30), clip(to.Host, 60)),
			Short:      clip(name+" decides the redirect", 28),
			Evidence:   []exchange.Evidence{c.requestLine(""), c.responseField("Location", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "See whether another site is accepted:", Copy: curl("GET", from.Scheme+"://"+from.Host+from.Path+"?"+url.QueryEscape(name)+"=https%3A%2F%2Fexample.org%2F")},
				Server: exchange.Advice{Text: "Accept paths of this site alone, or hosts of a list."},
			},
		}
	},
	Examples: []Example{
		{Name: "next", Finds: "Does the parameter next accept any site? The redirect leads to evil.test", HTTP: openRedirect("/out?next=https%3A%2F%2Fevil.test%2Fa", "https://evil.test/a")},
		{Name: "own-site", HTTP: openRedirect("/login?next=https%3A%2F%2Fwww.app.test%2Fa", "https://www.app.test/a")},
		{Name: "authorisation", HTTP: openRedirect("/authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fshop.test%2Fcb", "https://shop.test/cb?code=x")},
		{Name: "elsewhere", HTTP: openRedirect("/out?id=7", "https://shop.test/")},
	},
})

func openRedirect(path, location string) string {
	return "> GET https://app.test" + path + " HTTP/1.1\n< HTTP/1.1 302 Found\n< Location: " + location
}

// parameterWith is the name of the parameter that holds the redirect's target.
// Those of OAuth and SAML are registered before.
func parameterWith(query url.Values, to *url.URL) string {
	if query.Has("client_id") || query.Has("SAMLRequest") || query.Has("redirect_uri") || query.Has("state") {
		return ""
	}
	found := ""
	for name, values := range query {
		for _, v := range values {
			u, err := url.Parse(v)
			if err == nil && u.Host != "" && strings.EqualFold(u.Host, to.Host) && (found == "" || name < found) {
				found = name
			}
		}
	}
	return found
}
