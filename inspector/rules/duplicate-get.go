package rules

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "duplicate-get", Title: "The same data was fetched twice", Family: Client, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "Components that fetch for themselves, and effects that run twice, ask for the same data within a second. The second answer tells nothing new.",
	FixClient: "Share one request among all that need the data.",
	FixServer: "Allow a short caching.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html",
	When: when(status200|methodGET, func(x *exchange.Exchange) bool {
		return x.Request.Method == http.MethodGet && status(http.StatusOK).holds(x) && apiLike(x) && x.Response.Body.Size > 0 && x.Response.MediaType() != "application/manifest+json"
	}),
	Check: func(c *Case) *Finding {
		y := c.repeatOf(ReadAgain)
		if y == nil || y.Status() != http.StatusOK || y.Synthetic || !SameContent(&y.Response.Body, &c.X.Response.Body) || c.wroteSince(y) {
			return nil
		}
		for _, name := range []string{"Range", "Authorization", "Cookie", "Accept", "If-None-Match", "Origin", "Referer"} {
			if y.Request.Header.Get(name) != c.X.Request.Header.Get(name) {
				return nil
			}
		}
		return &Finding{
			Related:  []exchange.ID{y.ID},
			Verdict:  fmt.Sprintf("The same %d bytes were fetched from %s %s before (#%d).", c.X.Response.Body.Size, clip(c.Path(), 60), duration(c.X.Start.Sub(y.Start)), y.ID),
			Short:    "same GET as " + short(c.X.Start.Sub(y.Start)) + " before",
			Evidence: []exchange.Evidence{sequence(y, "the same GET", outcome(y), "with the same content"), c.responseField("Cache-Control", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Share one request among all that need the data:", Copy: "cache[url] ??= fetch(url).then(r => r.json())"},
				Server: exchange.Advice{Text: "If the data may be some seconds old:", Copy: "Cache-Control: private, max-age=5"},
			},
		}
	},
	Examples: []Example{
		{Name: "twice", Finds: "The same 2 bytes were fetched from /items 300 ms before (#1)", HTTP: sameGet("00", "[]") + sameGet("00.3", "[]")},
		{Name: "changed", HTTP: sameGet("00", "[]") + sameGet("00.3", "[1]")},
		{Name: "after-a-write", HTTP: sameGet("00", "[]") + strings.Replace(strings.Replace(sameGet("00.1", "[]"), "GET", "POST", 1), "[]", "{}", 1) + sameGet("00.3", "[]")},
		{Name: "two-pages", HTTP: strings.Replace(sameGet("00", "[]"), "HTTP/1.1\n", "HTTP/1.1\n> Referer: http://api.test/a\n", 1) + sameGet("00.3", "[]")},
		{Name: "later", HTTP: sameGet("00", "[]") + sameGet("10", "[]")},
	},
})

func sameGet(at, body string) string {
	return "* at 2026-11-22T14:00:" + at + "Z\n> GET http://api.test/items HTTP/1.1\n< HTTP/1.1 200 OK\n< Content-Type: application/json\n\n" + body + "\n* took 20ms\n"
}

// ReadAgain is the time within which the same GET is a repetition.
const ReadAgain = time.Second

// Writes reports whether the request may change something at its server (RFC
// 9110 section 9.2.1).
func Writes(x *exchange.Exchange) bool {
	switch x.Request.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return false
	}
	return true
}

// wroteSince reports whether the client may have changed something at the host
// after y began: reading again is then no repetition.
func (c *Case) wroteSince(y *exchange.Exchange) bool {
	for _, w := range c.Links.Before {
		if Writes(w) && w.Start.After(y.Start) {
			return true
		}
	}
	return false
}
