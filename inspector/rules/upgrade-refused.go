package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "upgrade-refused", Title: "The server stays with HTTP", Family: Upgrade, Severity: exchange.SeverityInfo,
	PerHost:   true,
	Explain:   "Upgrade is an offer: a server that does not take it answers in HTTP as if it were not there. Clients such as curl offer HTTP/2 over cleartext that way.",
	FixClient: "Nothing to change; the response is valid.",
	FixServer: "Nothing to change unless the protocol is wanted.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-upgrade",
	When:      when(anyStatus|sendsUpgrade, received),
	Check: func(c *Case) *Finding {
		h := c.X.Request.Header
		offered := h.List("Upgrade")
		if offered == nil || !h.HasToken("Connection", "upgrade") || c.Handshake() != nil || c.X.Response.Status == 101 || c.X.Response.Status >= 400 {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s does not take the offer to switch to %s and answered in HTTP.", c.Host(), clip(strings.Join(offered, ", "), 40)),
			Short:    "upgrade not taken",
			Evidence: []exchange.Evidence{c.requestField("Upgrade", "offered"), c.statusLine("")},
		}
	},
	Examples: []Example{
		{Name: "h2c", Finds: "does not take the offer to switch to h2c", HTTP: `> GET http://app.test/ HTTP/1.1
> Connection: Upgrade, HTTP2-Settings
> Upgrade: h2c
< HTTP/1.1 200 OK`},
		{Name: "taken", HTTP: `> GET http://app.test/ HTTP/1.1
> Connection: Upgrade
> Upgrade: h2c
< HTTP/1.1 101 Switching Protocols
< Connection: Upgrade
< Upgrade: h2c`},
	},
})
