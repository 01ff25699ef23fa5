package rules

import (
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "ws-extension-unrequested", Title: "The server uses an extension that was not offered", Family: Upgrade, Severity: exchange.SeverityError,
	Explain:   "A server may use only extensions that the client offered, with parameters that the client can follow. Clients fail the connection otherwise, since they could not read the frames.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Use offered extensions alone, or none.",
	Spec:      rfcWebSocket + "#section-9.1",
	When:      when(anyStatus|methodGET|sendsUpgrade, opensWebSocket),
	Check: func(c *Case) *Finding {
		k := c.handshakeIs(wsExtension)
		if k == nil {
			return nil
		}
		return c.handshakeFinding(k.Detail, "WebSocket extension", c.requestField("Sec-WebSocket-Extensions", "offered"), c.responseField("Sec-WebSocket-Extensions", "used"))
	},
	Examples: []Example{
		{Name: "unasked", Finds: "the extension \"foo\", which the client did not offer", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Extensions: foo`},
		{Name: "none-offered", Finds: "\"permessage-deflate\", which the client did not offer", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Extensions: permessage-deflate`},
		{Name: "no-subprotocol-either", Finds: "\"foo\", which the client did not offer", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Go-http-client/1.1
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Protocol: chat
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Extensions: foo`},
		{Name: "bits", Finds: "no number from 8 to 15", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Extensions: permessage-deflate
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16`},
		{Name: "client-bits", Finds: "which the client did not offer", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Extensions: permessage-deflate
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=12`},
		{Name: "unknown", Finds: "unknown parameter", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Extensions: permessage-deflate
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Extensions: permessage-deflate; level=9`},
		{Name: "empty", Finds: "an empty Sec-WebSocket-Extensions", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Extensions:`},
		{Name: "agreed", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
< Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_max_window_bits=15`},
	},
})
