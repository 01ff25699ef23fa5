// Package proxy listens, passes traffic on and reports every exchange to a
// record.Recorder.
//
// goproxy is the front door: it decides what happens to a CONNECT and serves
// plain HTTP with our recording RoundTripper. Inside a CONNECT both TLS ends are
// terminated and the bytes relayed as they are, while a tap reads a copy.
package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/elazarl/goproxy"

	"httpwhy/proxy/certs"
	"httpwhy/proxy/record"
)

// Config says how a Server works. Only CA is required.
type Config struct {
	// Recorder takes the exchanges down; nil keeps nothing.
	Recorder record.Recorder
	// CA signs the certificates with which intercepted clients are answered.
	CA *certs.CA
	// BodyLimit is the number of bytes kept of each body, negative for all.
	BodyLimit int64
	// Insecure: certificates of origin servers are not verified.
	Insecure bool
	// UpstreamRoots are certificates in PEM which are trusted of origin servers
	// beside the system's.
	UpstreamRoots []byte
	// Log takes remarks on the proxy itself; nil drops them.
	Log *slog.Logger
	// OnFailureClose: a failed origin closes the client's connection, as it
	// would without httpwhy, instead of an answer that says why.
	OnFailureClose bool
	// UpstreamProxy is the proxy through which origins are reached: http:// or
	// socks5://, with user and password if it wants them. Nil: none.
	UpstreamProxy *url.URL
	// ClientCertificates are presented to origins that ask for one, by host
	// pattern: example.com, *.example.com (names below it) or *, each with an
	// optional :port. The longest pattern that matches counts.
	ClientCertificates map[string]tls.Certificate
	// Ignore are host patterns as above: a CONNECT to such a host is passed
	// through unread.
	Ignore []string
	// Reverse is the origin, http:// or https://, to which requests in
	// origin-form are sent; nil: none are. KeepHost leaves their Host as it
	// came instead of naming the origin.
	Reverse  *url.URL
	KeepHost bool
	// ProxyAuth is the user:password that clients must send. It is required of
	// those of a TCP listener if set, and must be for one that is not on the
	// loopback interface. It is neither passed on nor recorded. Requests in
	// reverse mode and for our own page need none.
	ProxyAuth string
	// Recorded returns how many exchanges are recorded so far, for our own
	// page; nil: it does not say.
	Recorded func() uint64
	// Suggest is called once for a host whose clients refuse our certificate
	// repeatedly; certain is false if they only hang up without a word. Nothing
	// is done about it: ignoring the host is the user's decision. It must return
	// at once.
	Suggest func(host string, certain bool)
	// Timeouts bound the phases; zero values stand for the defaults.
	Timeouts Timeouts
	// MaxConnections bounds the clients' connections; 0 is 10,000.
	MaxConnections int
}

// Check says what is wrong with what a user wrote: with UpstreamProxy, Reverse,
// ProxyAuth, or the host patterns.
func (c *Config) Check() error {
	_, ignore := hostPatterns(c.Ignore)
	_, certificates := clientCertificates(c.ClientCertificates)
	return errors.Join(checkUpstream(c.UpstreamProxy), checkReverse(c.Reverse), checkCredentials(c.ProxyAuth), ignore, certificates)
}

// Timeouts bound what a peer can make us wait for. There is none for the time
// until a response begins unless it is set: only the client knows its patience.
type Timeouts struct {
	// Connect bounds name resolution and connecting; 30 s by default.
	Connect time.Duration
	// Handshake bounds a TLS handshake with either side; 15 s by default.
	Handshake time.Duration
	// RequestHead bounds the reading of a request head; 60 s by default.
	RequestHead time.Duration
	// Idle bounds a client's connection without a request; 5 min by default.
	Idle time.Duration
	// ResponseHead bounds the wait for a response; none by default.
	ResponseHead time.Duration
	// FirstByte is the wait for the client's first byte in a CONNECT, after
	// which the server may speak first; 300 ms by default.
	FirstByte time.Duration
	// HalfClosed bounds how long one direction of a connection goes on in
	// silence after the other ended; 2 min by default.
	HalfClosed time.Duration
	// Grace bounds the wait for requests in flight when Serve's context ends;
	// 1 s by default.
	Grace time.Duration
}

func (t *Timeouts) fill() {
	for _, d := range []struct {
		value *time.Duration
		or    time.Duration
	}{
		{&t.Connect, 30 * time.Second},
		{&t.Handshake, 15 * time.Second},
		{&t.RequestHead, time.Minute},
		{&t.Idle, 5 * time.Minute},
		{&t.FirstByte, 300 * time.Millisecond},
		{&t.HalfClosed, 2 * time.Minute},
		{&t.Grace, time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.or
		}
	}
}

const (
	defaultConnections = 10_000
	// maxHeader is generous: debugging a header that is too large for its
	// server is our business, refusing it is not.
	maxHeader = 4 << 20
)

// Server is a recording proxy.
type Server struct {
	cfg       Config
	log       *slog.Logger
	front     *goproxy.ProxyHttpServer
	http      *http.Server
	transport *http.Transport
	roots     *x509.CertPool
	clientTLS *tls.Config
	sessions  tls.ClientSessionCache

	ignored      []hostPattern
	certificates []clientCertificate
	refusals     refusals

	connections atomic.Uint64
	slots       chan struct{}
	// full is closed when the server begins to stop.
	full chan struct{}

	// ctx ends when the server is to stop at once.
	ctx    context.Context
	cancel context.CancelFunc
	// taken counts the goroutines that own a connection taken from net/http.
	taken sync.WaitGroup

	mu        sync.Mutex
	stopping  bool
	listeners []net.Addr
	owned     map[*clientConn]struct{}
	// fresh are the connections on which no request came yet.
	fresh map[*clientConn]struct{}
}

// New makes a server from cfg. It does not listen yet.
func New(cfg Config) (*Server, error) {
	if cfg.CA == nil {
		return nil, errors.New("the proxy needs a CA")
	}
	if cfg.Recorder == nil {
		cfg.Recorder = record.Discard{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.MaxConnections <= 0 {
		cfg.MaxConnections = defaultConnections
	}
	cfg.Timeouts.fill()
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	roots, err := upstreamRoots(cfg.UpstreamRoots)
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, log: cfg.Log, roots: roots,
		sessions: tls.NewLRUClientSessionCache(sessionCacheSize),
		slots:    make(chan struct{}, cfg.MaxConnections),
		full:     make(chan struct{}),
		owned:    make(map[*clientConn]struct{}),
		fresh:    make(map[*clientConn]struct{}),
	}
	s.ignored, _ = hostPatterns(cfg.Ignore)
	s.certificates, _ = clientCertificates(cfg.ClientCertificates)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.clientTLS = &tls.Config{GetConfigForClient: configForClient, MinVersion: tls.VersionTLS10}
	s.transport = s.newTransport()
	s.front = s.newFront()
	s.http = s.newHTTPServer()
	return s, nil
}

// upstreamRoots are the system's roots and those in extra. It is nil, which
// stands for the system's verifier, if there is nothing to add.
func upstreamRoots(extra []byte) (*x509.CertPool, error) {
	if len(extra) == 0 {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("read the system's root certificates: %w", err)
	}
	if !pool.AppendCertsFromPEM(extra) {
		return nil, errors.New("the certificates to trust are not in PEM: a file that begins with -----BEGIN CERTIFICATE----- is expected")
	}
	return pool, nil
}

func (s *Server) newFront() *goproxy.ProxyHttpServer {
	p := goproxy.NewProxyHttpServer()
	p.Logger = log.New(io.Discard, "", 0)
	p.KeepAcceptEncoding = true
	p.Tr = s.transport
	p.ConnectDial = nil // the default obeys HTTPS_PROXY
	p.NonproxyHandler = http.HandlerFunc(s.serveOrigin)
	p.OnRequest().HandleConnectFunc(func(host string, _ *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
		return &goproxy.ConnectAction{Action: goproxy.ConnectHijack, Hijack: s.serveConnect}, host
	})
	p.OnRequest().DoFunc(func(r *http.Request, ctx *goproxy.ProxyCtx) (*http.Request, *http.Response) {
		ctx.RoundTripper = goproxy.RoundTripperFunc(func(r *http.Request, _ *goproxy.ProxyCtx) (*http.Response, error) {
			return s.forward(r)
		})
		return r, nil
	})
	return p
}

func (s *Server) newHTTPServer() *http.Server {
	return &http.Server{
		Handler:           http.HandlerFunc(s.serveProxy),
		ReadHeaderTimeout: s.cfg.Timeouts.RequestHead,
		IdleTimeout:       s.cfg.Timeouts.Idle,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
		ConnState:         s.trackFresh,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, clientKey{}, c)
		},
	}
}

// clientKey is the context key of a request's *clientConn.
type clientKey struct{}

func clientOf(ctx context.Context) *clientConn {
	c, _ := ctx.Value(clientKey{}).(*clientConn)
	return c
}
