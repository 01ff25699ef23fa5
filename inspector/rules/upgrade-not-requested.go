package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "upgrade-not-requested", Title: "A 101 that nobody asked for", Family: Upgrade, Severity: exchange.SeverityError,
	Explain:   "A server may switch protocols only if the client offered it, and only to an offered one. A client that did not cannot read what follows.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Answer 101 only to requests with Upgrade, and choose one of the protocols named there.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-101-switching-protocols",
	When:      status(101),
	Check: func(c *Case) *Finding {
		if c.Handshake() != nil {
			return nil
		}
		offered, chosen := c.X.Request.Header.List("Upgrade"), c.X.Response.Header.List("Upgrade")
		says := ""
		switch {
		case offered == nil:
			says = "the client did not ask for it"
		case chosen == nil:
			says = "it does not say to which protocol"
		case !slices.ContainsFunc(chosen, func(p string) bool {
			return slices.ContainsFunc(offered, func(o string) bool { return strings.EqualFold(o, p) })
		}):
			says = fmt.Sprintf("it switches to %s, the client offered %s", clip(strings.Join(chosen, ", "), 40), clip(strings.Join(offered, ", "), 40))
		default:
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s answered 101 Switching Protocols, but %s.", c.Host(), says),
			Short:    "101 not asked for",
			Evidence: []exchange.Evidence{c.requestField("Upgrade", ""), c.statusLine(""), c.responseField("Upgrade", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "To see the answer:", Copy: c.curl("--http1.1")},
				Server: exchange.Advice{Text: "Without an offer answer in HTTP:", Copy: "HTTP/1.1 426 Upgrade Required\nConnection: Upgrade\nUpgrade: websocket"},
			},
		}
	},
	Examples: []Example{
		{Name: "unasked", Finds: "but the client did not ask for it", HTTP: `> GET http://app.test/ HTTP/1.1
< HTTP/1.1 101 Switching Protocols
< Connection: Upgrade
< Upgrade: websocket`},
		{Name: "other", Finds: "it switches to foo, the client offered h2c", HTTP: `> GET http://app.test/ HTTP/1.1
> Connection: Upgrade
> Upgrade: h2c
< HTTP/1.1 101 Switching Protocols
< Connection: Upgrade
< Upgrade: foo`},
		{Name: "unnamed", Finds: "does not say to which protocol", HTTP: `> GET http://app.test/ HTTP/1.1
> Connection: Upgrade
> Upgrade: h2c
< HTTP/1.1 101 Switching Protocols`},
		{Name: "asked", HTTP: `> GET http://app.test/ HTTP/1.1
> Connection: Upgrade
> Upgrade: h2c
< HTTP/1.1 101 Switching Protocols
< Connection: Upgrade
< Upgrade: h2c`},
	},
})
