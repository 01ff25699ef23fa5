package tap

import (
	"strings"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/tap/websocket"
)

// upgrade reads what follows a switch of protocols: WebSocket messages, or
// bytes of an unknown kind.
type upgrade struct {
	websocket bool
	readers   [2]websocket.Reader
	unread    [2]bool  // that direction is opaque
	total     [2]int64 // bytes of it that were opaque
	coded     int      // messages that could not be decompressed
	closed    bool     // a close frame came
}

// newUpgrade reads the protocol from the heads of x; protocol is that of an
// extended CONNECT (RFC 8441), else "".
func newUpgrade(x *exchange.Exchange, protocol string) *upgrade {
	u := &upgrade{}
	if protocol == "" {
		protocol = x.Response.Header.Get("Upgrade")
	}
	if !strings.EqualFold(protocol, "websocket") {
		u.unread = [2]bool{true, true}
		return u
	}
	u.websocket = true
	for _, extension := range x.Response.Header.List("Sec-WebSocket-Extensions") {
		name, parameters, _ := strings.Cut(extension, ";")
		if !strings.EqualFold(strings.Trim(name, " \t"), "permessage-deflate") {
			continue
		}
		for side, none := range [2]string{"client_no_context_takeover", "server_no_context_takeover"} {
			u.readers[side].Deflate = true
			u.readers[side].Takeover = !strings.Contains(strings.ToLower(parameters), none)
		}
		break
	}
	return u
}

func (u *upgrade) bytes(p *pending, side int, b []byte, at time.Time) {
	if u.unread[side] {
		u.total[side] += int64(len(b))
		if p.x.Mode == exchange.Tunnel {
			p.content(side, b, at)
		}
		p.frame(side, "data", b, int64(len(b)), at)
		return
	}
	rest, err := u.readers[side].Read(b, func(m websocket.Message) {
		if m.Type == "close" {
			u.closed = true
		}
		if m.Coded {
			u.coded++
		}
		p.frame(side, m.Type, m.Data, m.Size, at)
	})
	if err != nil {
		u.unread[side] = true
		p.note("the WebSocket messages of the %s could not be read any further: %v", peerOf(side), err)
		if len(rest) > 0 {
			u.bytes(p, side, rest, at)
		}
	}
}

// closing reports whether the parties had begun to close in good order.
func (u *upgrade) closing() bool { return u.closed }

func (u *upgrade) finish(p *pending) {
	p.d.BodyEnd(exchange.RequestSide)
	p.d.BodyEnd(exchange.ResponseSide)
	switch {
	case !u.websocket:
		p.note("%d bytes from the client and %d bytes from the server passed unread", u.total[fromClient], u.total[fromServer])
	case u.total != [2]int64{}:
		p.note("%d bytes from the client and %d bytes from the server passed unread after that", u.total[fromClient], u.total[fromServer])
	case !u.closed:
		p.note("the WebSocket connection ended without a close frame")
	}
	if u.coded > 0 {
		p.note("%d compressed messages were too large to be decompressed, or refer to one that was", u.coded)
	}
}
