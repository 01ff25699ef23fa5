package proxy

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
	"time"
)

const (
	// idlePerHost is above the number of connections that browsers and load
	// generators keep: net/http's own 2 makes nearly each request dial anew.
	idlePerHost = 256
	// idleUpstream is shorter than the keep-alive time of common servers
	// (gunicorn 2 s, Node and Apache 5 s), so that a request rarely meets a
	// connection that its server is about to close.
	idleUpstream = 1500 * time.Millisecond
	// continueWait is how long a body waits for 100 Continue, like curl's.
	continueWait = time.Second
)

// newTransport makes the Transport for plain HTTP. It takes nothing from the
// environment (a proxy that obeys HTTP_PROXY may call itself) and decodes
// nothing.
func (s *Server) newTransport() *http.Transport {
	return &http.Transport{
		Proxy: s.upstreamFor,
		DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
			c, err := s.dialPlain(ctx, addr)
			if err != nil {
				return nil, err
			}
			return c, nil
		},
		DialTLSContext:         s.dialTLS,
		DisableCompression:     true,
		MaxIdleConns:           4 * idlePerHost,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleUpstream,
		ExpectContinueTimeout:  continueWait,
		ResponseHeaderTimeout:  s.cfg.Timeouts.ResponseHead,
		MaxResponseHeaderBytes: 10 << 20,
		WriteBufferSize:        32 << 10,
		ReadBufferSize:         32 << 10,
	}
}

// dialPlain connects for a request of plain HTTP: addr is the origin's, or that
// of the upstream proxy which is to forward it.
func (s *Server) dialPlain(ctx context.Context, addr string) (*originConn, error) {
	w := watchOf(ctx)
	if !s.forwardsHTTP() {
		return s.dial(ctx, addr, w)
	}
	ctx = httptrace.WithClientTrace(ctx, w.dialTrace())
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeouts.Connect)
	defer cancel()
	return s.newOriginConn(s.dialUpstream(ctx))
}

// dialTLS connects for a request in absolute-form with an https target.
func (s *Server) dialTLS(ctx context.Context, _, addr string) (net.Conn, error) {
	w := watchOf(ctx)
	c, err := s.dial(ctx, addr, w)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	hello := helloFacts{serverName: host, offered: []string{"http/1.1"}}
	if net.ParseIP(host) != nil {
		hello.serverName = ""
	}
	if err := s.handshake(ctx, c, addr, hello, w); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// watchOf is the stopwatch of the request for which the Transport dials.
func watchOf(ctx context.Context) *stopwatch {
	if of, ok := ctx.Value(forwardKey{}).(*forward); ok {
		return of.watch
	}
	return newStopwatch(time.Now())
}
