package rules

import (
	"encoding/binary"
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
)

// closing is how a WebSocket ended.
type closing struct {
	// Code is that of the first close frame; 1005 if that has none, 1006 if no
	// close frame came (RFC 6455 section 7.1.5).
	Code   int
	Reason string
	From   exchange.Peer
	// Idle is the time between the last frame, the close aside, and the end.
	Idle time.Duration
}

// Closing is how the WebSocket behind this exchange ended, nil if it has not,
// or if not all of its frames are known.
func (c *Case) Closing() *closing {
	x := c.X
	if h := c.Handshake(); h == nil || h.Fault != "" || x.FramesLost > 0 {
		return nil
	}
	k := &closing{Code: 1006, From: x.ClosedBy}
	last, end := max(x.Timing.ResponseHead, x.Timing.FirstByte), x.Timing.Last()
	for _, f := range x.Frames {
		if f.Type == "data" {
			return nil // bytes that could not be read as frames
		}
		if f.Type == "close" {
			k.Code, k.Reason = closeFrame(f.Data)
			k.From, end = f.From, f.At
			break
		}
		last = max(last, f.At)
	}
	if end > last {
		k.Idle = end - last
	}
	return k
}

func closeFrame(data []byte) (code int, reason string) {
	if len(data) < 2 {
		return 1005, ""
	}
	return int(binary.BigEndian.Uint16(data)), string(data[2:])
}

// closeCode is a status of RFC 6455 section 7.4.1 or of IANA's registry by which
// a connection ends early.
type closeCode struct {
	Severity exchange.Severity
	// Means completes "X closed the WebSocket with 1011: …".
	Means, Client, Server string
}

var closeCodes = map[int]closeCode{
	1002: {exchange.SeverityError, "the other side broke the WebSocket protocol", "", "Update the WebSocket library, and see that nothing in between changes the bytes:"},
	1003: {exchange.SeverityError, "it cannot take this type of data", "Send text where text is expected, or binary:", "Take the type that clients send:"},
	1007: {exchange.SeverityError, "a message was not what its type says, e.g. text that is not UTF-8", "Send text as UTF-8:", "Send text as UTF-8:"},
	1008: {exchange.SeverityError, "its policy forbids it, often for lack of a valid login", "Connect again with valid credentials:", "Say in the reason which rule was broken:"},
	1009: {exchange.SeverityError, "a message was too big", "Send smaller messages:", "Raise the limit of the WebSocket library:"},
	1010: {exchange.SeverityError, "the server did not agree to an extension that the client needs", "", "Agree to the extension:"},
	1011: {exchange.SeverityError, "an error happened inside the server", "Connect again after a pause:", "Look into the log at this time:"},
	1012: {exchange.SeverityWarning, "it restarts", "Connect again after a random pause:", "Nothing is wrong if it was restarted."},
	1013: {exchange.SeverityWarning, "it is overloaded for now", "Connect again after a longer pause:", "See what it is busy with:"},
	1014: {exchange.SeverityError, "the gateway got no valid answer from the server behind it", "Connect again after a pause:", "Look into the gateway's log at this time:"},
	// graphql-transport-ws has codes of its own.
	4400: {exchange.SeverityError, "it could not read a message (graphql-ws)", "Send what the protocol graphql-transport-ws demands:", ""},
	4401: {exchange.SeverityError, "it wants a connection_init with credentials first (graphql-ws)", "Send connection_init before the first subscribe:", ""},
	4403: {exchange.SeverityError, "it refuses these credentials (graphql-ws)", "Send valid credentials in connection_init:", ""},
	4406: {exchange.SeverityError, "it does not speak the subprotocol (graphql-ws)", "Use the same library on both sides:", ""},
	4408: {exchange.SeverityError, "connection_init came too late (graphql-ws)", "Send connection_init at once:", ""},
	4409: {exchange.SeverityError, "a subscription with this ID exists already (graphql-ws)", "Give each subscription an ID of its own:", ""},
	4429: {exchange.SeverityError, "connection_init was sent twice (graphql-ws)", "Send connection_init once:", ""},
}

// idleLimits are the usual limits of gateways on silence: nginx, HAProxy, ALB
// and Heroku 60 s or about that, Cloudflare 100 s, App Engine 10 min, and so on.
var idleLimits = []time.Duration{
	30 * time.Second, 50 * time.Second, 55 * time.Second, time.Minute, 75 * time.Second, 90 * time.Second, 100 * time.Second,
	2 * time.Minute, 3 * time.Minute, 4 * time.Minute, 5 * time.Minute, 350 * time.Second, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
}

// idleLimit is the round time after which a silent connection ended, 0 if none.
func idleLimit(idle time.Duration) time.Duration {
	for _, limit := range idleLimits {
		if off := idle - limit; off > -500*time.Millisecond && off < 1500*time.Millisecond {
			return limit
		}
	}
	return 0
}

// partyName names a side in a sentence.
func partyName(p exchange.Peer) string {
	if p == exchange.ProxyPeer {
		return "httpwhy"
	}
	return fmt.Sprintf("the %s", p)
}
