package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "mixed-content-referenced", Title: "An https page loads from http", Family: Security, Severity: exchange.SeverityWarning, PerHost: true,
	Explain: "Browsers block scripts, styles and frames that an https page takes from http, and ask for images by https instead. " +
		"What is blocked never reaches the network, so nothing else shows it here.",
	FixClient: "Look into the browser's console for what was blocked.",
	FixServer: "Refer to it by https.",
	Spec:      "https://www.w3.org/TR/mixed-content/",
	When: func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == 200 && strings.HasPrefix(x.URL, "https:") && x.Response.MediaType() == "text/html" &&
			x.Request.Header.Get("Sec-Fetch-Dest") != "empty"
	},
	Check: func(c *Case) *Finding {
		text := c.Text()
		if !strings.Contains(text, `http://`) || strings.Contains(text, "upgrade-insecure-requests") ||
			strings.Contains(c.X.Response.Header.Get("Content-Security-Policy"), "upgrade-insecure-requests") {
			return nil
		}
		at := insecureResource.FindStringSubmatchIndex(text)
		if at == nil || inComment(text, at[0]) {
			return nil
		}
		found := []string{text[at[0]:at[1]], text[at[2]:at[3]], text[at[4]:at[5]]}
		what, where := strings.ToLower(found[1]), clip(content.MaskURL(found[2]), 80)
		return &Finding{
			Verdict:  fmt.Sprintf("The page comes by https but takes a %s from %s, which browsers block.", what, where),
			Short:    clip("mixed content: "+what, 28),
			Evidence: []exchange.Evidence{c.requestLine(""), inBody(what, found[0], "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look into the browser's console for what was blocked."},
				Server: exchange.Advice{Text: "Refer to it by https, or let browsers do that for all:", Copy: "Content-Security-Policy: upgrade-insecure-requests"},
			},
		}
	},
	Examples: []Example{
		{Name: "script", Finds: "takes a script from http://cdn.test/a.js", HTTP: `> GET https://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html

<html><script src="http://cdn.test/a.js"></script></html>`},
		{Name: "link-to-http", HTTP: `> GET https://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html

<html><a href="http://other.test/">other</a><script src="https://cdn.test/a.js"></script></html>`},
		{Name: "conditional-comment", HTTP: `> GET https://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html

<html><!--[if lt IE 9]><script src="http://cdn.test/shim.js"></script><![endif]--></html>`},
		{Name: "http-page", HTTP: `> GET http://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html

<html><script src="http://cdn.test/a.js"></script></html>`},
	},
})

// insecureResource matches what is blocked: scripts, frames, and style sheets.
// Images, audio and video are upgraded.
var insecureResource = regexp.MustCompile(`(?i)<(script|iframe)\s[^>]{0,300}?\bsrc\s*=\s*["'](http://[^"'\s>]{1,200})`)

// inComment reports whether the place in an HTML text is in a comment: old pages
// name scripts for old browsers there.
func inComment(text string, at int) bool {
	return strings.LastIndex(text[:at], "<!--") > strings.LastIndex(text[:at], "-->")
}
