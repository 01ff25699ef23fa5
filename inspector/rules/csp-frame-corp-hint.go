package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "csp-frame-corp-hint", Title: "The response forbids this page to embed it", Family: Security, Severity: exchange.SeverityWarning, Aside: true,
	Explain: "Cross-Origin-Resource-Policy keeps images, scripts and media from pages of other origins, X-Frame-Options and frame-ancestors keep documents out of frames. " +
		"The browser gets the response and does not show it.",
	FixClient: "Embed it from a page of its own origin.",
	FixServer: "Allow other origins, if they may embed it.",
	Spec:      "https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header",
	When: when(anyStatus|sendsFetchDest, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status != 304 && x.Request.Header.Has("Sec-Fetch-Dest")
	}),
	Check: func(c *Case) *Finding {
		h, answer := c.X.Request.Header, c.X.Response.Header
		kind, from := h.Get("Sec-Fetch-Dest"), h.Get("Sec-Fetch-Site")
		field, allow := "", ""
		switch {
		case h.Get("Sec-Fetch-Mode") == "no-cors" && corpBlocks(answer.Get("Cross-Origin-Resource-Policy"), from):
			field, allow = "Cross-Origin-Resource-Policy", "Cross-Origin-Resource-Policy: cross-origin"
		case kind != "iframe" && kind != "frame" && kind != "embed" && kind != "object":
			return nil
		case framesForbidden(answer):
			field, allow = "Content-Security-Policy", "Content-Security-Policy: frame-ancestors 'self' https://PAGE"
		case !strings.Contains(strings.Join(answer.Values("Content-Security-Policy"), ","), "frame-ancestors") && strings.EqualFold(answer.Get("X-Frame-Options"), "DENY"):
			field, allow = "X-Frame-Options", "Content-Security-Policy: frame-ancestors 'self' https://PAGE"
		default:
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The browser does not show this %s: %s forbids it.", kind, field),
			Short:    clip(kind+" blocked by "+word(field == "Content-Security-Policy", "CSP", word(field == "X-Frame-Options", "X-Frame", "CORP")), shortCells),
			Evidence: []exchange.Evidence{c.requestField("Sec-Fetch-Dest", "what it is wanted for"), c.requestField("Sec-Fetch-Site", ""), c.responseField(field, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Embed it from a page of its own origin."},
				Server: exchange.Advice{Text: "If that page may embed it:", Copy: allow},
			},
		}
	},
	Examples: []Example{
		{Name: "same-origin", Finds: "The browser does not show this image: Cross-Origin-Resource-Policy forbids it", HTTP: embedded("image", "no-cors", "cross-site", "Cross-Origin-Resource-Policy: same-origin")},
		{Name: "same-origin-sub-domain", Finds: "forbids it", HTTP: embedded("script", "no-cors", "same-site", "Cross-Origin-Resource-Policy: same-origin")},
		{Name: "frame", Finds: "X-Frame-Options forbids it", HTTP: embedded("iframe", "navigate", "cross-site", "X-Frame-Options: DENY")},
		{Name: "ancestors", Finds: "Content-Security-Policy forbids it", HTTP: embedded("iframe", "navigate", "same-origin", "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'")},
		{Name: "same-site", HTTP: embedded("image", "no-cors", "same-site", "Cross-Origin-Resource-Policy: same-site")},
		{Name: "cors", HTTP: embedded("image", "cors", "same-site", "Cross-Origin-Resource-Policy: same-origin")},
		{Name: "own-page", HTTP: embedded("image", "no-cors", "same-origin", "Cross-Origin-Resource-Policy: same-origin")},
		{Name: "typed", HTTP: embedded("document", "navigate", "none", "X-Frame-Options: DENY")},
		{Name: "ancestors-decide", HTTP: embedded("iframe", "navigate", "cross-site", "X-Frame-Options: DENY\n< Content-Security-Policy: frame-ancestors https://page.test")},
	},
})

// corpBlocks is the check of Fetch's "cross-origin resource policy": a value
// that is not known blocks nothing.
func corpBlocks(policy, from string) bool {
	return from == "cross-site" && (policy == "same-origin" || policy == "same-site") || from == "same-site" && policy == "same-origin"
}

// framesForbidden reports whether a policy says frame-ancestors 'none'.
func framesForbidden(h exchange.Header) bool {
	for _, policy := range h.Values("Content-Security-Policy") {
		_, sources, ok := strings.Cut(policy, "frame-ancestors")
		sources, _, _ = strings.Cut(sources, ";")
		if ok && strings.TrimSpace(sources) == "'none'" {
			return true
		}
	}
	return false
}

func embedded(kind, mode, from, field string) string {
	return fmt.Sprintf("> GET https://cdn.test/a HTTP/1.1\n> User-Agent: Mozilla/5.0\n> Sec-Fetch-Dest: %s\n> Sec-Fetch-Mode: %s\n> Sec-Fetch-Site: %s\n< HTTP/1.1 200 OK\n< Content-Length: 2\n< %s", kind, mode, from, field)
}
