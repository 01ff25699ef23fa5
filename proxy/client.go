package proxy

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

// clientConn is a client's connection below net/http. It keeps the heads of the
// requests as they came, and replays what net/http had buffered when the
// connection was taken over.
type clientConn struct {
	net.Conn
	number   uint64
	heads    requestHeads
	answers  spelling
	taken    bool // by a goroutine of ours; no request heads any more
	replay   []byte
	requests atomic.Uint64
	// busy counts the exchanges under way inside a tunnel.
	busy     atomic.Int64
	recorder record.Recorder

	close       sync.Once
	free        func()
	interrupted atomic.Bool
	origin      atomic.Pointer[net.Conn] // what the client is relayed to
}

func newClientConn(c net.Conn, s *Server) *clientConn {
	return &clientConn{
		Conn: c, number: s.connections.Add(1), recorder: s.cfg.Recorder,
		free: func() { <-s.slots },
	}
}

func (c *clientConn) Read(p []byte) (int, error) {
	if c.taken {
		if len(c.replay) > 0 {
			n := copy(p, c.replay)
			c.replay = c.replay[n:]
			return n, nil
		}
		return c.Conn.Read(p)
	}
	for {
		n, err := c.Conn.Read(p)
		if n > 0 {
			n = c.heads.read(p[:n], time.Now())
		}
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
}

// Write writes p, a response head in the spelling of the origin.
func (c *clientConn) Write(p []byte) (int, error) {
	if c.taken {
		return c.Conn.Write(p)
	}
	c.noteRefusal(p)
	return writeSpelled(c.Conn, &c.answers, p)
}

func writeSpelled(c net.Conn, s *spelling, p []byte) (int, error) {
	room := pieces.Get().(*[pieceSize]byte)
	defer pieces.Put(room)
	out := s.apply(room[:0], p)
	if len(out) == 0 {
		return len(p), nil
	}
	if _, err := c.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close closes the connection and frees its slot.
func (c *clientConn) Close() error {
	err := net.ErrClosed
	c.close.Do(func() {
		err = c.Conn.Close()
		c.free()
	})
	return err
}

// CloseWrite ends our direction only, where the transport can.
func (c *clientConn) CloseWrite() error { return closeWrite(c.Conn) }

// take makes the connection the caller's own: buffered are the bytes that were
// read from it but not consumed.
func (c *clientConn) take(buffered []byte) {
	c.taken, c.replay = true, buffered
	c.heads = requestHeads{}
	_ = c.SetDeadline(time.Time{})
}

// interrupt ends the connection because the proxy stops.
func (c *clientConn) interrupt() {
	c.interrupted.Store(true)
	_ = c.Close()
	if origin := c.origin.Load(); origin != nil {
		resetAll(*origin)
	}
}

// relayedTo lets an interruption end the connection to origin too: when the
// client's direction has ended, that is the only one that is still read.
func (c *clientConn) relayedTo(origin net.Conn) {
	c.origin.Store(&origin)
	if c.interrupted.Load() {
		resetAll(origin)
	}
}

// connection are the facts for the record. It counts a request.
func (c *clientConn) connection() exchange.Connection {
	return exchange.Connection{
		Number: c.number, Addr: addrPort(c.RemoteAddr()), Reused: c.requests.Add(1) > 1,
	}
}

func addrPort(a net.Addr) netip.AddrPort {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := t.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// closeWrite half-closes c, or closes it where that is not possible.
func closeWrite(c net.Conn) error {
	if h, ok := c.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return c.Close()
}

// abort makes the connection end with a reset where the origin's did, as err
// tells, and for a client of HTTP/1.0, whose content has no other end than the
// connection's: to it, an orderly one would make a cut response a whole one.
func (c *clientConn) abort(r *http.Request, err error) {
	var no syscall.Errno
	reset := errors.As(err, &no) && wasReset(no) || r != nil && !r.ProtoAtLeast(1, 1)
	if t, ok := c.Conn.(*net.TCPConn); ok && reset {
		_ = t.SetLinger(0)
	}
}
