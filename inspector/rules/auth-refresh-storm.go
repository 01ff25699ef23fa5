package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// A refresh that is made for one expired token by several requests at once.
const (
	refreshStorm       = 3
	refreshStormWithin = 2 * time.Second
)

var _ = rule(Rule{
	ID: "auth-refresh-storm", Title: "The token is refreshed several times at once", Family: Auth, Severity: exchange.SeverityWarning, Aside: true,
	Explain: "When a token expires, every request that is refused may start a refresh of its own. Servers that rotate refresh tokens accept the first " +
		"and may take the others for theft, and end the session.",
	FixClient: "Let all requests wait for one refresh.",
	FixServer: "Accept a rotated refresh token for some seconds more.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9700.html#section-4.14.2",
	When:      when(anyStatus|methodPOST, func(x *exchange.Exchange) bool { return received(x) && Refreshes(&x.Request) }),
	Check: func(c *Case) *Finding {
		var burst []exchange.ID
		var labels secretLabels
		var used []string
		for _, r := range c.Links.Refreshes {
			if late := r.Start.Sub(c.X.Start); late >= 0 && late <= refreshStormWithin && originOf(r.URL) == originOf(c.X.URL) {
				burst, used = append(burst, r.ID), append(used, labels.of(sentRefreshToken(&r.Request)))
			} else if late < 0 && -late <= refreshStormWithin {
				return nil // the first of them tells of all
			}
		}
		if len(burst) < refreshStorm {
			return nil
		}
		return &Finding{
			Related: burst[1:],
			Verdict: fmt.Sprintf("%d refreshes of the token began within %s.", len(burst), duration(refreshStormWithin)),
			Short:   fmt.Sprintf("%d refreshes at once", len(burst)),
			Evidence: []exchange.Evidence{
				c.requestLine("the first"),
				{Part: exchange.SequencePart, Name: "refreshes", Value: fmt.Sprintf("%d within %s", len(burst), duration(refreshStormWithin)), Note: sameTokens(used)},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Let all requests wait for one refresh:", Copy: "refreshing ??= refresh().finally(() => { refreshing = null }); await refreshing;"},
				Server: exchange.Advice{Text: "Accept a rotated refresh token for some seconds more."},
			},
		}
	},
	Examples: []Example{
		{Name: "three", On: 1, Finds: "3 refreshes of the token began within 2 s", HTTP: refreshed("14:00:00.0") + refreshed("14:00:00.1") + refreshed("14:00:00.2")},
		{Name: "one-by-one", On: 1, HTTP: refreshed("14:00:00.0") + refreshed("14:00:20.0") + refreshed("14:00:40.0")},
	},
})

// sameTokens lists the labels of the refresh tokens that were used.
func sameTokens(labels []string) string {
	if slices.Contains(labels, "") {
		return "" // some are not at hand
	}
	return "with " + strings.Join(labels, ", ")
}

func refreshed(at string) string {
	return `* at 2026-11-22T` + at + `Z
* client 127.0.0.1:5000
> POST https://id.test/token HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=8xLOxBtZp8
< HTTP/1.1 200 OK
< Content-Type: application/json

{"access_token":"tGzv3JOkF0XG5Qx2TlKWIA","token_type":"Bearer"}
* took 9ms
`
}
