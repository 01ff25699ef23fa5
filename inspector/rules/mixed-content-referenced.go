package rules

import (
	"fmt"
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
	When: when(status200|answersHTML, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == 200 && strings.HasPrefix(x.URL, "https:") && x.Response.MediaType() == "text/html" &&
			x.Request.Header.Get("Sec-Fetch-Dest") != "empty"
	}),
	Check: func(c *Case) *Finding {
		text := c.Text()
		if !strings.Contains(text, `http://`) || strings.Contains(text, "upgrade-insecure-requests") ||
			strings.Contains(c.X.Response.Header.Get("Content-Security-Policy"), "upgrade-insecure-requests") {
			return nil
		}
		what, target := insecureResource(text)
		if what == "" {
			return nil
		}
		where := clip(content.MaskURL(target), 80)
		return &Finding{
			Verdict:  fmt.Sprintf("The page comes by https but takes a %s from %s, which browsers block.", what, where),
			Short:    clip("mixed content: "+what, shortCells),
			Evidence: []exchange.Evidence{c.requestLine(""), inBody(what, target, "")},
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
		{Name: "localhost", HTTP: `> GET https://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html

<html><script src="http://localhost:35729/livereload.js"></script><iframe src="http://127.0.0.1:8080/"></iframe></html>`},
		{Name: "behind-localhost", Finds: "takes a script from http://cdn.test/a.js", HTTP: `> GET https://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html

<html><script src="http://[::1]:9/a.js"></script><script src="http://cdn.test/a.js"></script></html>`},
		{Name: "http-page", HTTP: `> GET http://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html

<html><script src="http://cdn.test/a.js"></script></html>`},
	},
})

// insecureResource is the first script or frame that an HTML text takes from
// http, and its URL; both are "" if there is none. Images, audio and video are
// no trouble: browsers ask for them by https. A page has many URLs, so this
// looks at what is around each instead of matching a pattern.
func insecureResource(text string) (what, target string) {
	for from := 0; ; {
		i := strings.Index(text[from:], "http://")
		if i < 0 {
			return "", ""
		}
		at := from + i
		from = at + len("http://")
		before, quoted := strings.CutSuffix(strings.TrimSuffix(text[max(0, at-500):at], `"`), "=")
		if !quoted {
			if before, quoted = strings.CutSuffix(strings.TrimSuffix(text[max(0, at-500):at], "'"), "="); !quoted {
				continue
			}
		}
		tag := before[strings.LastIndexByte(before, '<')+1:]
		name, rest, _ := strings.Cut(strings.ToLower(tag), " ")
		if name != "script" && name != "iframe" || !strings.HasSuffix(" "+rest, " src") || strings.Contains(tag, ">") || inComment(text, at) {
			continue
		}
		end := strings.IndexAny(text[at:], "\"' \t\r\n>")
		if end < 0 {
			return "", ""
		}
		if u := parseURL(text[at : at+end]); u != nil && loopbackName(u.Hostname()) {
			continue // potentially trustworthy, so not mixed content
		}
		return name, text[at : at+end]
	}
}

// inComment reports whether the place in an HTML text is in a comment: old pages
// name scripts for old browsers there.
func inComment(text string, at int) bool {
	return strings.LastIndex(text[:at], "<!--") > strings.LastIndex(text[:at], "-->")
}
