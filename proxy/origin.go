package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"httpwhy/inspector/exchange"
)

// sessionCacheSize is the number of origins whose TLS sessions are resumed.
const sessionCacheSize = 1024

// errLoop: the origin that was dialled is the proxy itself.
var errLoop = errors.New("the request would come back to httpwhy itself")

// errTLSTimeout: the origin did not finish its TLS handshake in time.
var errTLSTimeout = &phaseTimeout{"TLS handshake timed out"}

type phaseTimeout struct{ text string }

func (e *phaseTimeout) Error() string { return e.text }
func (e *phaseTimeout) Timeout() bool { return true }

// originConn is a connection to an origin server, in the clear or inside TLS.
// On the way of plain HTTP it keeps the response heads as they came.
type originConn struct {
	net.Conn
	number   uint64
	requests atomic.Uint64
	tls      *exchange.TLS
	// wantsCertificate: the server asked for a client certificate; presented:
	// it got one.
	wantsCertificate, presented atomic.Bool

	// replay is what was read ahead, and the error that ended it.
	replay    []byte
	replayErr error

	requestHead spelling
	// sent: the request that is now sent has begun.
	sent atomic.Bool

	mu sync.Mutex
	// answer are the heads of the answer to the latest request.
	answer *answerHeads
	// ended: the server closed its direction. reset: it did by a reset.
	ended, reset bool
}

// answerHeads are the heads of the answer to one request as they came. The
// Transport gives a connection to the next request before it hands over an
// answer without content, so the connection alone would not tell whose they are.
type answerHeads struct {
	mu      sync.Mutex
	whole   bool // the final one is there
	raw     []byte
	scanned int
	heads   []rawHead
	// behind counts the bytes that came in one read with the end of the final
	// head: the content has begun.
	behind int
}

// dial connects to addr (host:port) and notes the steps in w.
func (s *Server) dial(ctx context.Context, addr string, w *stopwatch) (*originConn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeouts.Connect)
	defer cancel()
	if w != nil {
		ctx = httptrace.WithClientTrace(ctx, w.dialTrace())
	}
	if s.cfg.UpstreamProxy != nil && s.isOwnAddress(addr) {
		return nil, errLoop // an upstream proxy on this machine would come back
	}
	var c net.Conn
	var err error
	if s.cfg.UpstreamProxy != nil {
		c, err = s.dialThrough(ctx, addr)
	} else {
		c, err = (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	}
	return s.newOriginConn(c, err)
}

func (s *Server) newOriginConn(c net.Conn, err error) (*originConn, error) {
	if err != nil {
		return nil, err
	}
	if s.isSelf(c.LocalAddr(), c.RemoteAddr()) {
		_ = c.Close()
		return nil, errLoop
	}
	return &originConn{Conn: c, number: s.connections.Add(1)}, nil
}

// helloFacts are what a TLS client asked for.
type helloFacts struct {
	serverName string
	offered    []string
	// suites are the cipher suites that it offered and we know, none for ours.
	suites []uint16
}

// handshake makes c a TLS connection for addr (host:port), asking for what h
// says. The origin's certificate is verified against the name that
// the client asked for, else the host.
func (s *Server) handshake(ctx context.Context, c *originConn, addr string, h helloFacts, w *stopwatch) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeouts.Handshake)
	defer cancel()
	session := c.RemoteAddr().String()
	if s.cfg.UpstreamProxy != nil {
		session = addr // the same address leads everywhere
	}
	cfg := s.originTLS(session, host, h)
	cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		c.wantsCertificate.Store(true)
		own := s.clientCertificate(addr, h.serverName)
		c.presented.Store(own != nil)
		if own == nil {
			own = &tls.Certificate{} // none
		}
		return own, nil
	}
	tc := tls.Client(&gatherer{Conn: c.Conn}, cfg)
	w.mark(&w.t.TLSStart)
	err = tc.HandshakeContext(ctx)
	w.mark(&w.t.TLSEnd)
	state := tc.ConnectionState()
	c.tls = tlsFacts(&state, h.offered)
	c.tls.ServerName = h.serverName
	if err != nil {
		var invalid *tls.CertificateVerificationError
		if errors.As(err, &invalid) && len(c.tls.Chain) == 0 {
			c.tls.Chain = chain(invalid.UnverifiedCertificates)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			err = errTLSTimeout
		}
		return c.explain(err)
	}
	c.tls.Verified = !s.cfg.Insecure
	c.Conn = tc
	return nil
}

// explain adds what the connection knows to an error of its TLS. In TLS 1.3 a
// server refuses a missing client certificate only after the handshake.
func (c *originConn) explain(err error) error {
	return &handshakeError{err: err, wantsCertificate: c.wantsCertificate.Load(), presented: c.presented.Load()}
}

func (s *Server) originTLS(addr, host string, h helloFacts) *tls.Config {
	cfg := &tls.Config{
		NextProtos: h.offered, RootCAs: s.roots, ServerName: h.serverName,
		ClientSessionCache: sessionsOf{s.sessions, addr + " "},
		CipherSuites:       h.suites,
	}
	switch {
	case s.cfg.Insecure:
		cfg.InsecureSkipVerify = true
		if cfg.ServerName == "" && net.ParseIP(host) != nil {
			cfg.ServerName = host
		}
	case h.serverName == "" && net.ParseIP(host) != nil:
		cfg.ServerName = host // crypto/tls sends no SNI for an address
	case h.serverName == "":
		// The client sent no name, so neither do we; but we verify it.
		cfg.InsecureSkipVerify = true
		cfg.VerifyConnection = func(state tls.ConnectionState) error { return verify(state, s.roots, host) }
	}
	return cfg
}

func verify(state tls.ConnectionState, roots *x509.CertPool, host string) error {
	opts := x509.VerifyOptions{Roots: roots, DNSName: host, Intermediates: x509.NewCertPool()}
	for _, c := range state.PeerCertificates[1:] {
		opts.Intermediates.AddCert(c)
	}
	if _, err := state.PeerCertificates[0].Verify(opts); err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: state.PeerCertificates, Err: err}
	}
	return nil
}

// sessionsOf keeps the sessions of one address apart from those of others with
// the same name, such as localhost.
type sessionsOf struct {
	tls.ClientSessionCache
	prefix string
}

func (s sessionsOf) Get(key string) (*tls.ClientSessionState, bool) {
	return s.ClientSessionCache.Get(s.prefix + key)
}

func (s sessionsOf) Put(key string, state *tls.ClientSessionState) {
	s.ClientSessionCache.Put(s.prefix+key, state)
}

// tlsFacts reads the facts of a TLS connection.
func tlsFacts(state *tls.ConnectionState, offered []string) *exchange.TLS {
	t := &exchange.TLS{
		ServerName: state.ServerName, ALPN: state.NegotiatedProtocol, Offered: offered,
		Resumed: state.DidResume, Chain: chain(state.PeerCertificates),
	}
	if state.Version != 0 {
		t.Version = tls.VersionName(state.Version)
		t.Cipher = tls.CipherSuiteName(state.CipherSuite)
	}
	return t
}

func chain(certs []*x509.Certificate) []exchange.Certificate {
	var facts []exchange.Certificate
	for _, c := range certs {
		facts = append(facts, exchange.NewCertificate(c))
	}
	return facts
}

// connection are the facts for the record. It counts an exchange.
func (c *originConn) connection() exchange.Connection {
	return exchange.Connection{
		Number: c.number, Addr: addrPort(c.RemoteAddr()), TLS: c.tls, Reused: c.requests.Add(1) > 1,
	}
}

// CloseWrite ends our direction only, where the transport can.
func (c *originConn) CloseWrite() error { return closeWrite(c.Conn) }

// watch keeps the heads of the answer to the request that is now sent.
func (c *originConn) watch() *answerHeads {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent.Store(false)
	c.answer = &answerHeads{}
	return c.answer
}

func (c *originConn) Read(p []byte) (int, error) {
	if len(c.replay) > 0 {
		n := copy(p, c.replay)
		c.replay = c.replay[n:]
		return n, nil
	}
	if c.replayErr != nil {
		return 0, c.replayErr
	}
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.mu.Lock()
		answer := c.answer
		c.mu.Unlock()
		if answer != nil {
			answer.scan(p[:n], time.Now())
		}
	}
	if err != nil {
		var no syscall.Errno
		c.mu.Lock()
		c.ended = c.ended || errors.Is(err, io.EOF)
		c.reset = c.reset || errors.As(err, &no) && wasReset(no)
		c.mu.Unlock()
	}
	return n, err
}

// Write writes p, a request head in the spelling of the client. A server may
// answer before it has all of the content and close the connection (413, 401,
// RFC 9112 section 9.6). The Transport gives up at the first write that fails,
// so none does once a request has begun: reading says how it ended.
func (c *originConn) Write(p []byte) (int, error) {
	n, err := writeSpelled(c.Conn, &c.requestHead, p)
	begun := c.sent.Swap(true)
	var no syscall.Errno
	if begun && errors.As(err, &no) && wasReset(no) {
		return len(p), nil
	}
	return n, err
}

// scan cuts what came into heads until the final one is complete.
func (a *answerHeads) scan(p []byte, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.whole {
		return
	}
	raw := p
	if len(a.raw) > 0 {
		a.raw = append(a.raw, p...)
		raw = a.raw
	}
	for {
		n := headEnd(raw, a.scanned)
		if n == 0 {
			if len(raw) != len(a.raw) { // else it is where it belongs
				a.raw = append(a.raw[:0], raw...)
			}
			a.scanned = len(raw)
			return
		}
		m := responseHead(string(raw[:n]))
		a.heads = append(a.heads, rawHead{message: m, at: now})
		raw, a.scanned = raw[n:], 0
		if m.Status < 100 || m.Status > 199 || m.Status == 101 {
			a.whole, a.behind, a.raw = true, len(raw), nil
			return
		}
	}
}

// final returns the final response head as it came, and how many bytes of the
// content came with it.
func (a *answerHeads) final() (m exchange.Message, behind int, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.whole {
		return m, 0, false
	}
	return a.heads[len(a.heads)-1].message, a.behind, true
}

// interim returns the n-th interim response head as it came.
func (a *answerHeads) interim(n int) (exchange.Message, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n >= len(a.heads) {
		return exchange.Message{}, false
	}
	return a.heads[n].message, true
}

// refine adds to f what came of the head. net/http reads a line that was cut as
// a malformed one, and an end behind an interim response as one inside a head.
func (c *originConn) refine(f *exchange.Failure, a *answerHeads) {
	c.mu.Lock()
	ended, reset := c.ended, c.reset
	c.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	f.Excerpt = bytes.Clone(a.raw[:min(len(a.raw), maxExcerpt)])
	begin := min(len(a.raw), len("HTTP/"))
	cut := f.Kind == exchange.MalformedResponse && begin > 0 && string(a.raw[:begin]) == "HTTP/"[:begin]
	switch {
	case cut && reset:
		set(f, exchange.ConnectionReset, "%s reset the connection in the middle of the response head", f.Addr)
	case cut && ended:
		set(f, exchange.ResponseHeadTruncated, "%s closed the connection in the middle of the response head", f.Addr)
	case f.Kind == exchange.ResponseHeadTruncated && len(a.raw) == 0 && len(a.heads) > 0:
		set(f, exchange.EmptyReply, "%s closed the connection after an interim response (%d), without a final one",
			f.Addr, a.heads[len(a.heads)-1].message.Status)
	}
}

// maxExcerpt is the bound of exchange.Failure.Excerpt.
const maxExcerpt = 256
