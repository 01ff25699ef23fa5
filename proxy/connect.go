package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/elazarl/goproxy"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/tap"
)

// tunnel is a CONNECT under way: the way to one origin for one client.
type tunnel struct {
	server *Server
	client *clientConn
	head   exchange.Message
	watch  *stopwatch
	// target is the host:port of the CONNECT, host its host.
	target, host string

	hello   helloFacts
	facts   exchange.Connection // the client's
	origin  *originConn
	failure *exchange.Failure
	tap     *tap.Conn
	// bytes counts what the client and the server sent.
	bytes [2]int64
	// closedBy is the side that ended a relay first, or a handshake by itself.
	closedBy exchange.Peer
	// notes are remarks for the row of a CONNECT without a request.
	notes []string
	// shaken: the TLS handshake with the client is over.
	shaken bool
}

// serveConnect owns the client's connection from here on.
func (s *Server) serveConnect(r *http.Request, conn net.Conn, _ *goproxy.ProxyCtx) {
	client, ok := conn.(*clientConn)
	f, known := r.Context().Value(forwardKey{}).(*forward)
	if !ok || !known {
		_ = conn.Close()
		return
	}
	defer func() { _ = client.Close() }()
	if !s.take(client) {
		return
	}
	defer s.release(client)
	t := &tunnel{server: s, client: client, head: f.head.message, watch: f.watch, target: connectTarget(r.RequestURI)}
	t.host, _, _ = net.SplitHostPort(t.target)
	t.facts = client.connection()
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic in a tunnel", "target", t.target, "panic", p)
		}
		if t.origin != nil {
			_ = t.origin.Close()
		}
		t.row()
	}()
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		t.failure = clientGone(t.target)
		return
	}
	if s.ignores(t.target) {
		t.ignore(s.ctx)
		return
	}
	t.serve(s.ctx)
}

// connectTarget completes a target without port, which RFC 9110 section 9.3.6
// does not allow but clients send.
func connectTarget(authority string) string {
	if _, _, err := net.SplitHostPort(authority); err == nil {
		return authority
	}
	return net.JoinHostPort(strings.Trim(authority, "[]"), "443")
}

// serve finds out what the client speaks.
func (t *tunnel) serve(ctx context.Context) {
	first, err := t.peek(ctx)
	switch {
	case err != nil:
		if !errors.Is(err, io.EOF) {
			t.failure = t.broken(exchange.ClientPeer, err)
		}
	case len(first) == 0: // the server spoke first
		t.relay(t.client, t.client, "http", "")
	case first[0] == recordHandshake:
		t.serveTLS(ctx)
	default:
		t.serveClear(ctx, first)
	}
}

// recordHandshake is the first byte of a TLS handshake (RFC 8446 section 5.1).
const recordHandshake = 22

// peek returns the client's first bytes without consuming them. If the client
// stays silent the origin is dialled, and may speak first: then it returns none.
func (t *tunnel) peek(ctx context.Context) ([]byte, error) {
	buf := make([]byte, 4096)
	if len(t.client.replay) > 0 {
		return t.client.replay, nil
	}
	_ = t.client.SetReadDeadline(time.Now().Add(t.server.cfg.Timeouts.FirstByte))
	n, err := t.client.Read(buf)
	_ = t.client.SetReadDeadline(time.Time{})
	if n > 0 {
		t.client.replay = buf[:n]
		return buf[:n], nil
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, err
	}
	if t.dial(ctx) != nil {
		// Whatever the client says next shall be told why.
		_ = t.client.SetReadDeadline(time.Now().Add(t.server.cfg.Timeouts.Idle))
		n, _ = t.client.Read(buf)
		_ = t.client.SetReadDeadline(time.Time{})
		t.client.replay = buf[:n]
		if n > 0 {
			return buf[:n], nil
		}
		return nil, io.EOF
	}
	return t.race(buf)
}

// race waits for whichever side speaks first.
func (t *tunnel) race(buf []byte) ([]byte, error) {
	type greeting struct {
		p   []byte
		err error
	}
	spoken := make(chan greeting, 1)
	_ = t.client.SetReadDeadline(time.Now().Add(t.server.cfg.Timeouts.Idle))
	go func() {
		p := make([]byte, 4096)
		n, err := t.origin.Read(p)
		// Ends the wait for the client, unless the client ended this one.
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			_ = t.client.SetReadDeadline(time.Unix(1, 0))
		}
		spoken <- greeting{p[:n], err}
	}()
	n, err := t.client.Read(buf)
	_ = t.origin.SetReadDeadline(time.Unix(1, 0))
	g := <-spoken
	_ = t.origin.SetReadDeadline(time.Time{})
	_ = t.client.SetReadDeadline(time.Time{})
	t.client.replay = buf[:n]
	t.origin.replay = g.p
	if g.err != nil && !errors.Is(g.err, os.ErrDeadlineExceeded) {
		t.origin.replayErr = g.err
	}
	if n > 0 && len(g.p) == 0 {
		return buf[:n], nil
	}
	if n == 0 && len(g.p) == 0 && t.origin.replayErr == nil && errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, io.EOF // both were silent for too long
	}
	if n == 0 && err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && len(g.p) == 0 {
		return nil, err
	}
	return nil, nil
}

// dial connects to the origin, once.
func (t *tunnel) dial(ctx context.Context) *exchange.Failure {
	if t.origin != nil || t.failure != nil {
		return t.failure
	}
	var err error
	if t.origin, err = t.server.dial(ctx, t.target, t.watch); err != nil {
		t.failure = classify(err, dialing, t.target)
	}
	return t.failure
}

// serveClear serves what is no TLS: HTTP in the clear, or anything else.
func (t *tunnel) serveClear(ctx context.Context, first []byte) {
	if t.dial(ctx) == nil {
		t.relay(t.client, t.client, "http", "")
		return
	}
	if looksLikeHTTP(first) {
		t.answer(t.client, "http", "", nil)
	}
}

// looksLikeHTTP reports whether b begins like a request line (or the preface of
// HTTP/2): a token in capitals and a space.
func looksLikeHTTP(b []byte) bool {
	method, _, ok := bytes.Cut(b[:min(len(b), 32)], []byte(" "))
	return ok && len(method) > 0 && len(bytes.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-")) == 0
}

// relay passes bytes between the client and the origin until both ended.
func (t *tunnel) relay(client net.Conn, raw *clientConn, scheme, protocol string) {
	cfg := t.tapConfig(scheme, protocol)
	watched := &watch{Recorder: cfg.Recorder, server: t.server, client: raw}
	cfg.Recorder = watched
	t.tap = tap.New(cfg)
	r := &relay{
		client: client, origin: t.origin, tap: t.tap,
		halfClosed: t.server.cfg.Timeouts.HalfClosed, broken: t.broken,
	}
	r.lastWords = func(f *exchange.Failure) bool { return t.lastWords(client, f) }
	r.over = watched.over
	raw.relayedTo(t.origin)
	r.run()
	if r.refused != nil {
		_ = client.SetReadDeadline(time.Time{})
		t.failure = r.refused
		t.answer(client, scheme, protocol, r.early)
		return
	}
	t.took(r)
	if raw.interrupted.Load() {
		t.tap.Closed(exchange.ProxyPeer, interrupted(t.target), time.Now())
	}
	if f := r.failure; t.failure == nil && t.tap.Requests() == 0 && f != nil {
		// A client that has had enough of a tunnel may well end it with a
		// reset, and so may we: no request was cut off.
		enough := f.Kind == exchange.ConnectionReset && f.Peer == exchange.ClientPeer && t.bytes[1] > 0
		if !enough && f.Kind != exchange.Interrupted {
			t.failure = f
		}
	}
}

// took takes over what a relay counted.
func (t *tunnel) took(r *relay) {
	t.bytes, t.closedBy = [2]int64{r.bytes[0].Load(), r.bytes[1].Load()}, r.first
	switch {
	case t.facts.TLS == nil:
	case t.tap.Requests() > 0:
		t.server.refusals.accepted(t.name())
	case r.first == exchange.ClientPeer:
		t.leftSilently("after")
	}
}

func (t *tunnel) tapConfig(scheme, protocol string) tap.Config {
	cfg := tap.Config{
		Recorder: t.server.cfg.Recorder, BodyLimit: t.server.cfg.BodyLimit,
		Mode: exchange.Intercepted, Scheme: scheme, Authority: t.target, Protocol: protocol,
		Client: t.facts, Opened: t.watch.start, Timing: t.watch.timing(),
	}
	if t.origin != nil {
		cfg.Server = t.origin.connection()
	}
	return cfg
}

// broken turns an error of a relayed connection into a failure.
func (t *tunnel) broken(from exchange.Peer, err error) *exchange.Failure {
	switch {
	case t.client.interrupted.Load():
		return interrupted(t.target)
	case from == exchange.ServerPeer && t.origin != nil && t.origin.tls != nil:
		if f := classify(t.origin.explain(err), relaying, t.target); f.Kind != exchange.Other {
			return f
		}
	case from == exchange.ClientPeer:
		return clientFailure(err, t.target, t.hello.serverName)
	}
	return classify(err, relaying, t.target)
}

func interrupted(addr string) *exchange.Failure {
	return &exchange.Failure{
		Kind: exchange.Interrupted, Peer: exchange.ProxyPeer, Alert: -1, Expected: -1, Addr: addr,
		Message: "httpwhy was stopped before the exchange was complete",
	}
}

// unread is content of which only the length is known.
func unread(size int64) exchange.Body {
	if size == 0 {
		return exchange.Body{State: exchange.NoBody, Expected: -1}
	}
	return exchange.Body{State: exchange.UnrecordedBody, Expected: -1, Size: size}
}

// closer is the side that ended its connection by f, if that is what f is.
func closer(f *exchange.Failure) exchange.Peer {
	switch f.Kind {
	case exchange.EmptyReply, exchange.ConnectionReset, exchange.ClientGone, exchange.Interrupted,
		exchange.BodyTruncated, exchange.ResponseHeadTruncated, exchange.ClientRejectsCA, exchange.ClientTLSHandshake:
		return f.Peer
	}
	return ""
}

// row records a CONNECT in which no request was read.
func (t *tunnel) row() {
	if t.tap != nil && t.tap.Requests() > 0 {
		return
	}
	t.watch.mark(&t.watch.t.End)
	x := &exchange.Exchange{
		State: exchange.Active, Mode: exchange.Tunnel, Start: t.watch.start, URL: t.target,
		Request: t.head, Client: t.facts,
	}
	x.Request.Body = unread(t.bytes[0])
	x.ID = t.server.cfg.Recorder.Begin(x)
	x.Response = &exchange.Message{
		Status: http.StatusOK, Reason: "Connection established", Proto: "HTTP/1.1",
		Body: unread(t.bytes[1]),
	}
	x.Notes = t.notes
	if t.origin != nil {
		x.Server = t.origin.connection()
	}
	x.Timing, x.Failure, x.State, x.ClosedBy = t.watch.timing(), t.failure, exchange.Complete, t.closedBy
	if t.failure != nil {
		x.State = exchange.Failed
		if x.ClosedBy != exchange.ProxyPeer {
			x.ClosedBy = closer(t.failure)
		}
	}
	t.server.cfg.Recorder.End(x)
}
