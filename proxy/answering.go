package proxy

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
	"httpwhy/proxy/tap"
)

// answer serves the requests of a client whose origin could not be reached, with
// answers that say why. The connection ends soon, so that the next one tries the
// origin anew. early are bytes that the client sent already.
func (t *tunnel) answer(client net.Conn, scheme, protocol string, early []byte) {
	if t.server.cfg.OnFailureClose {
		resetAll(client)
		return
	}
	cfg := t.tapConfig(scheme, protocol)
	cfg.Recorder = synthetic{cfg.Recorder, t.failure}
	t.tap = tap.New(cfg)
	conn := &tappedConn{Conn: client, tap: t.tap, replay: early, closed: make(chan struct{})}
	defer func() { _ = conn.Close() }()
	srv := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			m := headOf(r)
			newAnswer(t.failure, &m).ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: t.server.cfg.Timeouts.RequestHead, IdleTimeout: answeringTime,
		MaxHeaderBytes: maxHeader, ErrorLog: t.server.http.ErrorLog,
		BaseContext: func(net.Listener) context.Context { return t.server.ctx },
		Protocols:   new(http.Protocols),
	}
	// HTTP/2 is found by its preface: TLS, if any, lies below conn.
	srv.Protocols.SetHTTP1(true)
	srv.Protocols.SetUnencryptedHTTP2(true)
	srv.SetKeepAlivesEnabled(false)
	_ = srv.Serve(newOneConn(conn))
}

// answeringTime is how long an idle connection of answering is kept.
const answeringTime = 2 * time.Second

// synthetic marks the exchanges of a tap as answered by httpwhy because of a
// failure.
type synthetic struct {
	record.Recorder
	failure *exchange.Failure
}

// End hands x over with the failure.
func (s synthetic) End(x *exchange.Exchange) {
	if x.Response != nil {
		x.Synthetic = true
	}
	// Whatever else happened to an answer of ours, this is the cause.
	failure := *s.failure
	x.Failure = &failure
	x.State = exchange.Failed
	s.Recorder.End(x)
}

// tappedConn shows the tap what an own server reads and writes.
type tappedConn struct {
	net.Conn
	tap    *tap.Conn
	replay []byte
	close  sync.Once
	closed chan struct{}
}

func (c *tappedConn) Read(p []byte) (n int, err error) {
	if len(c.replay) > 0 {
		n = copy(p, c.replay)
		c.replay = c.replay[n:]
	} else {
		n, err = c.Conn.Read(p)
	}
	c.tap.Bytes(exchange.ClientPeer, p[:n], time.Now())
	return n, err
}

func (c *tappedConn) Write(p []byte) (int, error) {
	c.tap.Bytes(exchange.ServerPeer, p, time.Now())
	return c.Conn.Write(p)
}

// Close ends the connection and what the tap reads of it.
func (c *tappedConn) Close() error {
	err := net.ErrClosed
	c.close.Do(func() {
		now := time.Now()
		c.tap.Closed(exchange.ServerPeer, nil, now)
		c.tap.Closed(exchange.ClientPeer, nil, now)
		err = c.Conn.Close()
		close(c.closed)
	})
	return err
}

// oneConn is a listener with one connection, which ends with it.
type oneConn struct {
	conn chan *tappedConn
	c    *tappedConn
}

func newOneConn(c *tappedConn) *oneConn {
	l := &oneConn{conn: make(chan *tappedConn, 1), c: c}
	l.conn <- c
	return l
}

// Accept returns the connection, and an error when that is closed.
func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	default:
	}
	<-l.c.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return l.c.LocalAddr() }
