package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// longChain is the number of redirects that are more than sites need: http to
// https, to www, to a language and to a login make four.
const longChain = 6

var _ = rule(Rule{
	ID: "redirect-too-many", Title: "A long chain of redirects", Family: Redirect, Severity: exchange.SeverityWarning, Aside: true,
	Explain:   "Each redirect costs a round trip, and clients give up: Go after 10, browsers after 20.",
	FixClient: "Request the final URL.",
	FixServer: "Redirect to the final URL at once.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-redirection-3xx",
	When:      when(anyStatus|redirected, received),
	Check: func(c *Case) *Finding {
		n := len(c.Links.Chain) - 1
		if isRedirect(c.X.Response.Status) {
			n++
		}
		if !c.Links.Last || n < longChain || c.redirectLoop() != nil {
			return nil
		}
		first := c.Links.Chain[0]
		f := &Finding{
			Verdict:  fmt.Sprintf("%d redirects lead from %s to %s.", n, hopName(first.URL, false), hopName(c.X.URL, false)),
			Short:    fmt.Sprintf("%d redirects in a row", n),
			Evidence: []exchange.Evidence{{Exchange: first.ID, Part: exchange.RequestLine, Name: first.Request.Method, Value: content.MaskURL(first.URL), Note: "the first"}, c.requestLine("the last")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Request the final URL:", Copy: c.curl()},
				Server: exchange.Advice{Text: "See which redirects can be joined:", Copy: "curl -sIL " + shell(content.MaskURL(first.URL)) + " | grep -iE '^(HTTP|location)'"},
			},
		}
		for _, hop := range c.Links.Chain {
			if hop.ID != c.X.ID {
				f.Related = append(f.Related, hop.ID)
			}
		}
		return f
	},
	Examples: []Example{
		{Name: "six", Finds: "6 redirects lead from http://app.test/1 to http://app.test/7", HTTP: hops(6) + `* at 2026-11-22T14:00:06Z
* client 127.0.0.1:5000
> GET http://app.test/7 HTTP/1.1
< HTTP/1.1 200 OK`},
		{Name: "three", HTTP: hops(3) + `* at 2026-11-22T14:00:03Z
* client 127.0.0.1:5000
> GET http://app.test/4 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})

// hops are n redirects in a row.
func hops(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(hop(i, fmt.Sprintf("/%d", i+1), "", fmt.Sprintf("/%d", i+2)))
	}
	return b.String()
}
