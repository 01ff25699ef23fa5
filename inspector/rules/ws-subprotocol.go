package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "ws-subprotocol", Title: "Client and server do not agree on a subprotocol", Family: Upgrade, Severity: exchange.SeverityError,
	Explain:   "The client offers subprotocols and the server chooses one of them, in one field. Clients fail the connection if it chooses another; browsers also if they offered some and it chooses none.",
	FixClient: "Offer what the server speaks, or nothing.",
	FixServer: "Choose one of the offered subprotocols.",
	Spec:      rfcWebSocket + "#section-4.1",
	When:      when(anyStatus|methodGET|sendsUpgrade, opensWebSocket),
	Check: func(c *Case) *Finding {
		k := c.handshakeIs(wsSubprotocol)
		if k == nil {
			k = c.handshakeIs(wsSubprotocolChosen)
		}
		if k == nil {
			return nil
		}
		f := c.handshakeFinding(k.Detail, "WebSocket subprotocol", c.requestField("Sec-WebSocket-Protocol", "offered"), c.responseField("Sec-WebSocket-Protocol", "chosen"))
		f.Fix.Client = exchange.Advice{Text: "Offer what the server speaks, or nothing:", Copy: "new WebSocket('" + clip(c.webSocketURL(), 80) + "')"}
		if v := c.X.Response.Header.Get("Sec-WebSocket-Protocol"); v != "" && k.Fault == wsSubprotocol {
			f.Fix.Client.Copy = "new WebSocket('" + clip(c.webSocketURL(), 80) + "', ['" + clip(v, 40) + "'])"
		}
		if k.Fault == wsSubprotocolChosen && !c.Browser() {
			f.Severity = exchange.SeverityInfo
			f.Verdict = fmt.Sprintf("Of the WebSocket's subprotocols none was chosen: %s. Browsers would fail here; this client need not.", k.Detail)
		}
		return f
	},
	Examples: []Example{
		{Name: "unasked", Finds: "the server chose \"chat\", the client offered none", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Protocol: chat`},
		{Name: "other", Finds: "the server chose \"zzz\", the client offered a, b", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Protocol: a, b
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Protocol: zzz`},
		{Name: "several", Finds: "the server chose 2 subprotocols", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Protocol: a, b
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Protocol: a
< Sec-WebSocket-Protocol: b`},
		{Name: "none", Finds: "the client offered a, b, the server chose none", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Protocol: a, b
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
		{Name: "not-a-browser", Finds: "this client need not", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Go-http-client/1.1
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Protocol: a
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
		{Name: "chosen", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Protocol: a, b
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Protocol: b`},
	},
})
