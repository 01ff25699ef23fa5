package rules

import (
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "ws-accept-wrong", Title: "Sec-WebSocket-Accept does not answer the key", Family: Upgrade, Severity: exchange.SeverityError,
	Explain:   "Sec-WebSocket-Accept is the base64 of the SHA-1 of the key and a fixed GUID. Another value means that the server did not see this key, or computed it wrongly.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Compute Sec-WebSocket-Accept from the key of this request; let no cache answer handshakes.",
	Spec:      rfcWebSocket + "#section-4.2.2",
	When:      when(anyStatus|methodGET|sendsUpgrade, opensWebSocket),
	Check: func(c *Case) *Finding {
		k := c.handshakeIs(wsAcceptWrong)
		if k == nil {
			return nil
		}
		return c.handshakeFinding("Sec-WebSocket-Accept does not answer the key; "+k.Detail, "wrong WebSocket accept", c.requestField("Sec-WebSocket-Key", ""), c.responseField("Sec-WebSocket-Accept", "must be "+acceptFor(c.X.Request.Header.Get("Sec-WebSocket-Key"))))
	},
	Examples: []Example{
		{Name: "other", Finds: "computed from another key", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: qGEgH3En71di5rrssAZTmtRTyFk=`},
		{Name: "echo", Finds: "sent the key back as it came", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ==`},
		{Name: "no-key-arrived", Finds: "the key got lost on the way", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=`},
		{Name: "twice", Finds: "comes 2 times", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
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
