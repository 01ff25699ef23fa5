package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/tap"
)

// pieceSize is the size of the pieces in which a relay passes bytes on: that of
// a TLS record (RFC 8446 section 5.1). Idle connections hold two each.
const pieceSize = 16 << 10

var pieces = sync.Pool{New: func() any { return new([pieceSize]byte) }}

// relay passes the bytes of two connections on as they are, and a copy to the
// tap before that. It reads nothing into them.
type relay struct {
	client, origin net.Conn
	tap            *tap.Conn // nil: nothing is read
	halfClosed     time.Duration
	// broken turns an error of a side into a failure.
	broken func(from exchange.Peer, err error) *exchange.Failure
	// lastWords may answer the client in the place of an origin that ended
	// without doing so, and reports whether it did; f is nil for an orderly end.
	lastWords func(f *exchange.Failure) bool
	// over reports whether the client asked to end the connection with the
	// response that is now complete. It may be nil.
	over func() bool

	// first is the side that ended first, failure the first that happened.
	first   exchange.Peer
	failure *exchange.Failure
	bytes   [2]atomic.Int64

	mu   sync.Mutex
	told [2]bool
	// refused: the origin refused TLS before the client said anything. The
	// client's connection stays open for its requests; early are their bytes.
	refused *exchange.Failure
	early   []byte
	// lost is the reset of the origin that a write to it met: a system reports
	// a reset once, and the end of the stream from then on.
	lost error
	// ending: one direction ended; left: the client's did.
	ending, left atomic.Bool
}

// run relays until both directions have ended, and closes both connections.
func (r *relay) run() {
	if a, b := gathererOf(r.client), gathererOf(r.origin); a != nil && b != nil {
		a.partner, b.partner = b, a
	}
	var wg sync.WaitGroup
	wg.Go(func() { r.pass(exchange.ClientPeer, r.client, r.origin) })
	r.pass(exchange.ServerPeer, r.origin, r.client)
	wg.Wait()
	_ = r.origin.Close()
	if r.refused != nil {
		return
	}
	_ = r.client.Close()
	// A side whose bytes could not be passed on was not read to its end: what it
	// began ends now.
	r.tell(exchange.ClientPeer, nil)
	r.tell(exchange.ServerPeer, nil)
}

// pass relays one direction.
func (r *relay) pass(from exchange.Peer, src, dst net.Conn) {
	buf := pieces.Get().(*[pieceSize]byte)
	defer pieces.Put(buf)
	gathers := gathererOf(dst)
	if source := gathererOf(src); source == nil || source.partner == nil {
		gathers = nil
	}
	for {
		if r.ending.Load() {
			_ = src.SetReadDeadline(time.Now().Add(r.halfClosed))
		}
		n, err := src.Read(buf[:])
		if !r.count(from, buf[:n]) {
			return
		}
		if n > 0 {
			if r.tap != nil {
				r.tap.Bytes(from, buf[:n], time.Now())
			}
			if writeErr := write(dst, buf[:n], gathers); writeErr != nil {
				r.unwritable(from, writeErr)
				return
			}
			if from == exchange.ServerPeer && r.isOver() {
				_ = src.SetReadDeadline(time.Now().Add(closeGrace))
			}
		}
		if unsent := (*flushError)(nil); errors.As(err, &unsent) {
			r.unwritable(from, unsent.err)
			return
		}
		if err != nil {
			if from == exchange.ServerPeer && errors.Is(err, os.ErrDeadlineExceeded) && r.isOver() {
				err = io.EOF // the server forgot to close
			}
			r.ended(from, src, dst, err)
			return
		}
	}
}

// write passes p on, to be gathered by g below dst if g is not nil: the source
// flushes it before it waits for more.
func write(dst net.Conn, p []byte, g *gatherer) error {
	if g != nil {
		g.holding(true)
		defer g.holding(false)
	}
	_, err := dst.Write(p)
	return err
}

// count notes what from sent. False means that the connection is refused: what
// the client sent is kept.
func (r *relay) count(from exchange.Peer, p []byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if from == exchange.ClientPeer && r.refused != nil {
		r.early = append(r.early, p...)
		return false
	}
	r.bytes[sideIndex(from)].Add(int64(len(p)))
	return true
}

// refuse reports whether f is the origin's refusal of TLS before any request: a
// server of TLS 1.3 misses a client certificate only after the handshake.
func (r *relay) refuse(f *exchange.Failure) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lastWords == nil || f.Alert <= 0 || r.bytes[0].Load() > 0 || r.bytes[1].Load() > 0 {
		return false
	}
	r.refused = f
	_ = r.client.SetReadDeadline(time.Unix(1, 0))
	return true
}

// closeGrace is the time in which a server closes by itself a connection that
// its client asked to close.
const closeGrace = 200 * time.Millisecond

func (r *relay) isOver() bool { return r.over != nil && r.over() }

// ended handles the end of what src sends.
func (r *relay) ended(from exchange.Peer, src, dst net.Conn, err error) {
	if from == exchange.ClientPeer {
		r.left.Store(true)
	} else if lost := r.reset(); lost != nil && orderly(err) {
		err = lost
	}
	if orderly(err) {
		// A server that ends after its client owes it nothing.
		if from == exchange.ServerPeer && r.lastWords != nil && !r.left.Load() {
			r.lastWords(nil)
		}
		r.tell(from, nil)
		if r.ending.Swap(true) {
			_ = dst.SetReadDeadline(time.Unix(1, 0)) // the other direction ended, too
			endWrite(dst, err)
			return
		}
		// The other direction may go on, but not in silence for ever.
		_ = dst.SetReadDeadline(time.Now().Add(r.halfClosed))
		endWrite(dst, err)
		endTransport(src, dst)
		return
	}
	f := r.broken(from, err)
	if from == exchange.ServerPeer && r.refuse(f) {
		return
	}
	answered := from == exchange.ServerPeer && r.lastWords != nil && f.Peer == exchange.ServerPeer && r.lastWords(f)
	r.tell(from, f)
	if answered { // a reset could overtake the answer
		r.ending.Store(true)
		_ = dst.SetReadDeadline(time.Now().Add(closeGrace))
		_ = closeWrite(dst)
		_ = src.Close()
		return
	}
	// Ended as its peer ended it: a reset for a reset.
	resetAll(dst)
	_ = src.Close()
}

// unwritable handles a peer that takes no more bytes.
func (r *relay) unwritable(from exchange.Peer, err error) {
	if from == exchange.ClientPeer {
		// The origin may have sent an answer before it closed: the other
		// direction reads it and then ends.
		var no syscall.Errno
		if errors.As(err, &no) && wasReset(no) {
			r.mu.Lock()
			r.lost = err
			r.mu.Unlock()
		}
		r.ending.Store(true)
		_ = r.origin.SetReadDeadline(time.Now().Add(r.halfClosed))
		return
	}
	f := r.broken(exchange.ClientPeer, err)
	r.tell(exchange.ClientPeer, f)
	resetAll(r.origin)
	_ = r.client.Close()
}

// reset is the reset of the origin that a write met.
func (r *relay) reset() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}

// tell reports the end of a side, once each.
func (r *relay) tell(side exchange.Peer, f *exchange.Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.told[sideIndex(side)] {
		return
	}
	r.told[sideIndex(side)] = true
	if r.first == "" {
		r.first, r.failure = side, f
	}
	if r.tap == nil {
		return
	}
	if f != nil && f.Peer == exchange.ProxyPeer {
		side = exchange.ProxyPeer
	}
	r.tap.Closed(side, f, time.Now())
}

func sideIndex(p exchange.Peer) int {
	if p == exchange.ServerPeer {
		return 1
	}
	return 0
}

// orderly reports whether err is the end of a stream. A TLS stream that ends
// without close_notify gives io.ErrUnexpectedEOF.
func orderly(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// endWrite ends our direction of c as its peer's other side ended: with a
// close_notify only if there was one.
func endWrite(c net.Conn, err error) {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		c = transportOf(c)
	}
	_ = closeWrite(c)
}

// endTransport passes on the end of the connection below TLS, which may come
// later than the close_notify, or not at all. A server that is busy with an
// answer looks there for a client that left.
func endTransport(src, dst net.Conn) {
	if _, err := transportOf(src).Read(make([]byte, 1)); errors.Is(err, io.EOF) {
		_ = closeWrite(transportOf(dst))
	}
}

// transportOf is the connection below TLS and our own wrappers.
func transportOf(c net.Conn) net.Conn {
	for {
		switch t := c.(type) {
		case *tls.Conn:
			c = t.NetConn()
		case *originConn:
			c = t.Conn
		case *clientConn:
			c = t.Conn
		case *upgraded:
			c = t.originConn
		case *helloConn:
			c = t.clientConn
		case *gatherer:
			c = t.Conn
		default:
			return c
		}
	}
}

// resetAll closes c with a reset.
func resetAll(c net.Conn) {
	if t, ok := transportOf(c).(*net.TCPConn); ok {
		_ = t.SetLinger(0)
		// A close_notify would come before the reset.
		_ = t.Close()
	}
	_ = c.Close()
}
