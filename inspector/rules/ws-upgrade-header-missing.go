package rules

import (
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "ws-upgrade-header-missing", Title: "The 101 does not name websocket", Family: Upgrade, Severity: exchange.SeverityError,
	Explain:   "The answer to the handshake must name the protocol that follows in exactly one Upgrade field. Clients fail the connection otherwise.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Send Upgrade: websocket.",
	Spec:      rfcWebSocket + "#section-4.1",
	When:      when(anyStatus|methodGET|sendsUpgrade, opensWebSocket),
	Check: func(c *Case) *Finding {
		k := c.handshakeIs(wsUpgrade)
		if k == nil {
			return nil
		}
		return c.handshakeFinding("the 101 "+k.Detail, "101 without websocket", c.responseField("Upgrade", ""))
	},
	Examples: []Example{
		{Name: "missing", Finds: "the 101 has no Upgrade field", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
		{Name: "other", Finds: "switches to \"h2c\", not to websocket", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: h2c
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
		{Name: "twice", Finds: "has 2 Upgrade fields", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
		{Name: "capitals", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: WebSocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
	},
})
