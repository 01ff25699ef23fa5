package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "vary-star-or-ua", Title: "Vary keeps caches from serving anyone twice", Family: Cache, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "A cache serves a stored response only to requests whose fields named in Vary are the same. No request is the same as another under *, and User-Agent has thousands of values.",
	FixClient: "Nothing to change.",
	FixServer: "Name the fields that the content depends on.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-vary",
	When: when(status200|answersCacheControl, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == 200 && x.Response.Header.Has("Vary")
	}),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		cc := strings.ToLower(strings.Join(h.Values("Cache-Control"), ","))
		if !strings.Contains(cc, "max-age=") || strings.Contains(cc, "max-age=0") || strings.Contains(cc, "no-store") || strings.Contains(cc, "private") {
			return nil // no cache is meant to share it
		}
		which, why := "", "no cache may serve the response again"
		switch {
		case h.HasToken("Vary", "*"):
			which = "*"
		case h.HasToken("Vary", "User-Agent"):
			which, why = "User-Agent", "caches keep a copy for each version of each browser"
		default:
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s is sent for caches to keep, but Vary: %s means that %s.", c.Path(), which, why),
			Short:    "Vary: " + which,
			Evidence: []exchange.Evidence{c.responseField("Vary", ""), c.responseField("Cache-Control", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Nothing to change."},
				Server: exchange.Advice{Text: "Name the fields that the content depends on, e.g.:", Copy: "Vary: Accept-Encoding"},
			},
		}
	},
	Examples: []Example{
		{Name: "star", Finds: "Vary: * means that no cache may serve", HTTP: `> GET http://www.test/a.css HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: public, max-age=600
< Vary: *`},
		{Name: "browser", Finds: "caches keep a copy for each version", HTTP: `> GET http://www.test/a.css HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=600
< Vary: Accept-Encoding, user-agent`},
		{Name: "private", HTTP: `> GET http://www.test/me HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: private, max-age=600
< Vary: *`},
		{Name: "encoding", HTTP: `> GET http://www.test/a.css HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=600
< Vary: Accept-Encoding`},
	},
})
