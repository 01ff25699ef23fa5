// Package tap reads a copy of the bytes of an intercepted connection and turns
// them into exchanges. It is passive: whoever relays the bytes passes each
// chunk to a Conn before writing it on, and nothing that the tap makes of it
// changes, delays or ends the traffic.
//
// Every buffer is bounded. What cannot be read ends the reading of that
// connection, never the connection.
package tap

import (
	"fmt"
	"sync"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

// Config says whose bytes a Conn reads.
type Config struct {
	Recorder record.Recorder
	// BodyLimit is the number of bytes kept of each body; negative: all.
	BodyLimit int64
	// Mode is that of the exchanges, exchange.Intercepted if empty.
	Mode exchange.Mode
	// Scheme is "https" or "http", Authority the host:port of the CONNECT: the
	// URL of a request without Host.
	Scheme, Authority string
	// Protocol is the ALPN protocol: "http/1.1" or "h2". If it is empty, the
	// client's first bytes decide, and what is no HTTP is recorded as a tunnel.
	Protocol string
	// Client and Server are copied into each exchange, with Reused set in all
	// but the first.
	Client, Server exchange.Connection
	// Opened is the time of the CONNECT, and Timing the steps of dialling and
	// of the TLS handshake as offsets from it. They go into the first exchange.
	Opened time.Time
	Timing exchange.Timing
}

// Conn reads both directions of one connection. Its methods may be called from
// one goroutine for each direction, and never block on anything but each other.
type Conn struct {
	mu     sync.Mutex
	cfg    Config
	reader reader // nil until the protocol is known
	held   [2][]byte
	// serverFirst: the first of the held bytes are the server's.
	serverFirst bool
	begun       int
	// changed are the exchanges whose step is told when the chunk was read: a
	// small answer in one chunk then costs no step at all.
	changed []*pending
	first   exchange.Peer // the side that closed first
	closed  [2]bool
	blind   bool
}

// reader follows one protocol. A chunk is only valid during the call.
type reader interface {
	bytes(side int, p []byte, at time.Time)
	// eof tells that the stream of side ended, and ends the exchanges that
	// cannot go on.
	eof(side int, at time.Time)
	// open are the exchanges under way, oldest first; the reader forgets them.
	open() []*pending
	// unanswered is the one exchange under way, if no byte of its answer came.
	unanswered() *pending
}

// The directions, named for their senders.
const (
	fromClient = iota
	fromServer
)

func sideOf(p exchange.Peer) int {
	if p == exchange.ServerPeer {
		return fromServer
	}
	return fromClient
}

// New makes the tap of a connection that is about to be relayed.
func New(cfg Config) *Conn {
	if cfg.Mode == "" {
		cfg.Mode = exchange.Intercepted
	}
	c := &Conn{cfg: cfg}
	switch cfg.Protocol {
	case "h2":
		c.reader = newHTTP2(c)
	case "http/1.1", "http/1.0":
		c.reader = newHTTP1(c)
	}
	return c
}

// Bytes reads the next bytes that from sent, which came at the time at. It does
// not keep p.
func (c *Conn) Bytes(from exchange.Peer, p []byte, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blind || len(p) == 0 {
		return
	}
	defer c.recover(at)
	side := sideOf(from)
	if c.reader == nil {
		c.sniff(side, p, at)
	} else {
		c.reader.bytes(side, p, at)
	}
	c.tell()
}

// Closed tells that no further byte comes from that side: f is nil at the end of
// the stream, else what broke the connection. It is called once for each side,
// after its last Bytes. An exchange that cannot go on ends here. A client that
// ends its stream is gone, unless it speaks cleartext HTTP/1, where it may have
// closed one direction only and still be answered: TLS clients do not do that.
// With exchange.ProxyPeer everything ends at once.
func (c *Conn) Closed(from exchange.Peer, f *exchange.Failure, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.first == "" {
		c.first = from
	}
	if c.blind {
		return
	}
	defer c.recover(at)
	if c.reader == nil {
		c.choose(newHTTP1(c), at)
	}
	if c.blind {
		return
	}
	switch {
	case from == exchange.ProxyPeer || f != nil:
		if f == nil {
			f = &exchange.Failure{
				Kind: exchange.Interrupted, Peer: exchange.ProxyPeer, Alert: -1,
				Message: "httpwhy closed the connection",
			}
		}
		c.closed[fromClient], c.closed[fromServer] = true, true
		for _, p := range c.reader.open() {
			p.cut(from, f, at)
		}
	case !c.closed[sideOf(from)]:
		c.closed[sideOf(from)] = true
		c.reader.eof(sideOf(from), at)
	}
	c.tell()
}

// Unanswered reports whether exactly one HTTP/1 request is outstanding and no
// byte of its answer came: the proxy may then answer itself. It must ask before
// it tells Closed.
func (c *Conn) Unanswered() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.blind && c.reader != nil && c.reader.unanswered() != nil
}

// Synthetic tells that the proxy answered the one outstanding request itself,
// with resp and body, because of f. It does nothing unless Unanswered.
func (c *Conn) Synthetic(resp *exchange.Message, body []byte, f *exchange.Failure, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blind || c.reader == nil {
		return
	}
	defer c.recover(at)
	p := c.reader.unanswered()
	if p == nil {
		return
	}
	c.reader.open()
	p.synthetic(resp, body, f, at)
	c.blind = true
}

// Requests counts the exchanges that were reported so far.
func (c *Conn) Requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.begun
}

// recover ends the tap, and never the traffic, after a defect in it.
func (c *Conn) recover(at time.Time) {
	if r := recover(); r != nil {
		defer func() { _ = recover() }()
		c.giveUp(fmt.Sprintf("a defect in httpwhy (%v)", r), at)
	}
}

// giveUp stops reading: the state of the connection is not known any more.
func (c *Conn) giveUp(why string, at time.Time) {
	if c.blind {
		return
	}
	c.blind = true
	if c.reader == nil {
		return
	}
	for _, p := range c.reader.open() {
		p.fail(&exchange.Failure{
			Kind: exchange.Interrupted, Peer: exchange.ProxyPeer,
			Message: "httpwhy stopped reading this connection: " + why + "; its bytes were still passed on",
		}, at)
	}
	c.reader, c.changed, c.held = nil, nil, [2][]byte{}
}

// tell reports the steps that the last chunk brought.
func (c *Conn) tell() {
	for i, p := range c.changed {
		p.step()
		c.changed[i] = nil
	}
	c.changed = c.changed[:0]
}
