// Package exchange holds the central type of httpwhy: one HTTP exchange as it
// was seen on the wire, with what failed and what was found out about it.
//
// It imports the standard library alone. Everything else in the program speaks
// in its terms.
package exchange

import (
	"net/netip"
	"time"
)

// ID numbers the exchanges of one capture from 1 in the order in which they
// began. Zero is no exchange.
type ID uint64

// State says how far an exchange has come.
type State string

// The states of an exchange.
const (
	// Active: under way; later steps will follow.
	Active State = "active"
	// Complete: the final response, if any was due, ended as its framing says.
	Complete State = "complete"
	// Failed: it ended early; Exchange.Failure says how.
	Failed State = "failed"
)

// Mode says by which way an exchange came to httpwhy, which decides how much
// of it could be seen.
type Mode string

// The ways of an exchange.
const (
	// Forward: plain HTTP in absolute-form (RFC 9112 section 3.2.2).
	Forward Mode = "forward"
	// Intercepted: read inside a CONNECT whose TLS or cleartext httpwhy read.
	Intercepted Mode = "intercepted"
	// Tunnel: a CONNECT that was passed through unread, or that ended before a
	// request was read inside it. Its URL is host:port.
	Tunnel Mode = "tunnel"
	// Reverse: httpwhy stood in front of the origin server as a gateway.
	Reverse Mode = "reverse"
)

// Exchange is one request and all that answered it. What is unknown is zero;
// where absence is itself a fact a state says so (Body.State, Interim == nil).
//
// An Exchange that was handed to a recorder or read from a capture is not
// changed any more, except by the side that still reports its steps.
type Exchange struct {
	ID    ID
	State State
	Mode  Mode
	// Start is the time of the first byte of the request, or of the CONNECT.
	// It carries the wall clock; all other times are offsets from it.
	Start time.Time

	// URL is the target in absolute form, spelled as the client spelled it
	// (no normalisation). It is host:port when no request was read.
	URL     string
	Request Message
	// Interim are the 1xx responses in the order of their arrival.
	Interim []Message
	// Response is the final response, nil if none was read.
	Response *Message
	// Synthetic: httpwhy made the response itself; no origin sent it.
	Synthetic bool

	Timing  Timing
	Client  Connection
	Server  Connection
	Failure *Failure
	// ClosedBy is the side that first closed the connection that carried the
	// exchange, where that ended the exchange. Empty if unknown or neither.
	ClosedBy Peer
	// Frames are the messages behind an upgrade or an event stream.
	Frames []Frame
	// FramesLost counts frames that were seen but not kept.
	FramesLost int
	// Notes are remarks of the recorder on what it could not keep or read, in
	// plain English, e.g. "12 bodies were shed because the disk was slow".
	Notes []string
}

// Forgiven begins the note of a fault in a response that its client, a browser,
// reads all the same; other clients may refuse such a response.
const Forgiven = "browsers forgive it: "

// Peer is a side of an exchange as seen from httpwhy.
type Peer string

// The peers.
const (
	ClientPeer Peer = "client"
	ServerPeer Peer = "server"
	ProxyPeer  Peer = "proxy"
)

// Connection is one of the two connections of an exchange.
type Connection struct {
	// Number identifies the connection within one run of the recorder, so that
	// exchanges which shared it can be told. Zero is unknown.
	Number uint64
	// Addr is the far end: the client's address, or the server's as dialled.
	Addr netip.AddrPort
	// Reused: an earlier exchange had used this connection already.
	Reused bool
	// TLS is nil for cleartext, and for TLS that was not terminated.
	TLS *TLS
}

// Side names one of the two messages of an exchange.
type Side string

// The sides.
const (
	RequestSide  Side = "request"
	ResponseSide Side = "response"
)

// Status is the status code of the final response, or 0.
func (x *Exchange) Status() int {
	if x.Response == nil {
		return 0
	}
	return x.Response.Status
}

// Message is the request or the final response: nil for a response that never
// came.
func (x *Exchange) Message(s Side) *Message {
	if s == RequestSide {
		return &x.Request
	}
	return x.Response
}

// End is the time at which the last known step happened.
func (x *Exchange) End() time.Time { return x.Start.Add(x.Timing.Last()) }

// Frame is one message behind an upgrade (WebSocket) or of an event stream.
type Frame struct {
	// At is the offset from Exchange.Start.
	At time.Duration
	// From is the sender.
	From Peer
	// Type is "text", "binary", "close", "ping", "pong" (RFC 6455), "event"
	// (an event of text/event-stream) or "data" (opaque bytes).
	Type string
	// Data is the payload after decompression; Size its true length, which is
	// larger when only a part was kept.
	Data []byte
	Size int64
}
