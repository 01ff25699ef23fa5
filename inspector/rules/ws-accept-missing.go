package rules

import (
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "ws-accept-missing", Title: "The 101 lacks Sec-WebSocket-Accept", Family: Upgrade, Severity: exchange.SeverityError,
	Explain:   "By Sec-WebSocket-Accept, computed from the key of the request, the server proves that it understood the handshake. Clients fail the connection without it.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Send Sec-WebSocket-Accept.",
	Spec:      rfcWebSocket + "#section-4.2.2",
	When:      when(anyStatus|methodGET|sendsUpgrade, opensWebSocket),
	Check: func(c *Case) *Finding {
		if c.handshakeIs(wsAcceptMissing) == nil {
			return nil
		}
		return c.handshakeFinding("the 101 has no Sec-WebSocket-Accept", "no Sec-WebSocket-Accept", c.requestField("Sec-WebSocket-Key", ""), c.responseField("Sec-WebSocket-Accept", ""))
	},
	Examples: []Example{
		{Name: "missing", Finds: "the 101 has no Sec-WebSocket-Accept", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade`},
		{Name: "opens", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
	},
})
