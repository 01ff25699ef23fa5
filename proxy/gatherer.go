package proxy

import (
	"crypto/tls"
	"fmt"
	"net"
	"sync"
)

// gatherSize is what a gatherer reads ahead or holds back at most: four TLS
// records, which spares three of four system calls of a large body.
const gatherSize = 64 << 10

var gathered = sync.Pool{New: func() any { return new([gatherSize]byte) }}

// gatherer is a transport below TLS, which reads and writes a record at a time.
// It reads ahead while more comes than is asked for, and holds back what a relay
// writes until the relay would wait for more. An idle one has no buffer.
type gatherer struct {
	net.Conn

	// hungry: the last read filled all of the space there was for it.
	hungry bool
	ahead  *[gatherSize]byte
	unread []byte // of ahead
	// partner is flushed before a read waits for the network.
	partner *gatherer

	mu   sync.Mutex // the fields below: either direction may send an alert
	hold bool
	held *[gatherSize]byte
	size int // of what is held
}

// flushError is an error of the partner, met before a read.
type flushError struct{ err error }

func (e *flushError) Error() string { return fmt.Sprintf("pass on what was read: %v", e.err) }
func (e *flushError) Unwrap() error { return e.err }

// worthReading is the space in a read from which reading ahead pays.
const worthReading = 4 << 10

func (g *gatherer) Read(p []byte) (int, error) {
	if len(g.unread) > 0 {
		return g.fromAhead(p), nil
	}
	if g.partner != nil {
		if err := g.partner.flush(); err != nil {
			return 0, &flushError{err}
		}
	}
	if !g.hungry {
		n, err := g.Conn.Read(p)
		g.hungry = n == len(p) && n >= worthReading
		return n, err
	}
	g.ahead = gathered.Get().(*[gatherSize]byte)
	n, err := g.Conn.Read(g.ahead[:])
	g.unread, g.hungry = g.ahead[:n], n > len(p)
	if n == 0 {
		g.dropAhead()
		return 0, err
	}
	// An error with bytes comes again with the next read.
	return g.fromAhead(p), nil
}

func (g *gatherer) fromAhead(p []byte) int {
	n := copy(p, g.unread)
	if g.unread = g.unread[n:]; len(g.unread) == 0 {
		g.dropAhead()
	}
	return n
}

func (g *gatherer) dropAhead() {
	gathered.Put(g.ahead)
	g.ahead, g.unread = nil, nil
}

// holding says whether what is written from now on may wait for a flush. It
// never waits longer than for more than gatherSize bytes.
func (g *gatherer) holding(hold bool) {
	g.mu.Lock()
	g.hold = hold
	g.mu.Unlock()
}

func (g *gatherer) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.size+len(p) > gatherSize || !g.hold {
		if err := g.flushLocked(); err != nil {
			return 0, err
		}
	}
	if !g.hold || len(p) > gatherSize {
		return g.Conn.Write(p)
	}
	if g.held == nil {
		g.held = gathered.Get().(*[gatherSize]byte)
	}
	g.size += copy(g.held[g.size:], p)
	return len(p), nil
}

func (g *gatherer) flush() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.flushLocked()
}

func (g *gatherer) flushLocked() error {
	if g.held == nil {
		return nil
	}
	_, err := g.Conn.Write(g.held[:g.size])
	gathered.Put(g.held)
	g.held, g.size = nil, 0
	return err
}

// CloseWrite ends our direction after what is held.
func (g *gatherer) CloseWrite() error {
	if err := g.flush(); err != nil {
		return err
	}
	return closeWrite(g.Conn)
}

// Close sends what is held if that needs no waiting: a flush under way, to a
// peer that does not read, is what a Close may have to end.
func (g *gatherer) Close() error {
	if g.mu.TryLock() {
		if g.held != nil {
			_ = g.flushLocked()
		}
		g.mu.Unlock()
	}
	return g.Conn.Close()
}

// gathererOf returns the one below the TLS of c, or nil.
func gathererOf(c net.Conn) *gatherer {
	if o, ok := c.(*originConn); ok {
		c = o.Conn
	}
	t, ok := c.(*tls.Conn)
	if !ok {
		return nil
	}
	switch below := t.NetConn().(type) {
	case *helloConn:
		return below.gatherer
	case *gatherer:
		return below
	}
	return nil
}
