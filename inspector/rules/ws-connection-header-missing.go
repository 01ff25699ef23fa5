package rules

import (
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "ws-connection-header-missing", Title: "The 101 does not name Upgrade in Connection", Family: Upgrade, Severity: exchange.SeverityError,
	Explain:   "Upgrade is a hop-by-hop field, so Connection must name it. Clients fail the connection otherwise.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Send Connection: Upgrade.",
	Spec:      rfcWebSocket + "#section-4.1",
	When:      when(anyStatus|methodGET|sendsUpgrade, opensWebSocket),
	Check: func(c *Case) *Finding {
		k := c.handshakeIs(wsConnection)
		if k == nil {
			return nil
		}
		return c.handshakeFinding("the 101 "+k.Detail, "101 without Connection", c.responseField("Connection", ""))
	},
	Examples: []Example{
		{Name: "missing", Finds: "the 101 has no Connection field", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
		{Name: "other", Finds: "which does not name Upgrade", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: close
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
		{Name: "list", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: keep-alive, upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
	},
})
