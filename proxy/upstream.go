package proxy

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"httpwhy/inspector/exchange"
)

// checkUpstream says what is wrong with the address of an upstream proxy.
func checkUpstream(u *url.URL) error {
	switch {
	case u == nil:
		return nil
	case u.Scheme != "http" && u.Scheme != "socks5" && u.Scheme != "socks5h", u.Hostname() == "", u.Path != "" && u.Path != "/":
		return fmt.Errorf("the upstream proxy %q is not usable: http://host:port or socks5://host:port is expected, with user:password@ before the host if it wants them", u.Redacted())
	case len(u.User.Username()) > 255, len(password(u)) > 255:
		return errors.New("user and password of the upstream proxy are limited to 255 bytes each")
	}
	return nil
}

func password(u *url.URL) string {
	p, _ := u.User.Password()
	return p
}

// upstreamAddr is the host:port of the upstream proxy.
func upstreamAddr(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if u.Scheme == "http" {
		return net.JoinHostPort(u.Hostname(), "80")
	}
	return net.JoinHostPort(u.Hostname(), "1080") // RFC 1928 section 3
}

// forwardsHTTP reports whether plain requests are handed to the upstream proxy
// as they are: many refuse a CONNECT to port 80.
func (s *Server) forwardsHTTP() bool {
	return s.cfg.UpstreamProxy != nil && s.cfg.UpstreamProxy.Scheme == "http"
}

// upstreamFor is the Proxy of the Transport: that of plain requests.
func (s *Server) upstreamFor(r *http.Request) (*url.URL, error) {
	if s.forwardsHTTP() && r.URL.Scheme == "http" {
		return s.cfg.UpstreamProxy, nil
	}
	return nil, nil //nolint:nilnil // the contract of http.Transport: no proxy
}

// upstreamError is an error of the upstream proxy, not of the origin.
type upstreamError struct {
	addr string
	err  error
}

func (e *upstreamError) Error() string { return "the upstream proxy " + e.addr + ": " + e.err.Error() }
func (e *upstreamError) Unwrap() error { return e.err }

// refusedError: the upstream proxy answered, and did not open the tunnel.
type refusedError struct{ says string }

func (e *refusedError) Error() string { return e.says }

// dialUpstream connects to the upstream proxy itself.
func (s *Server) dialUpstream(ctx context.Context) (net.Conn, error) {
	addr := upstreamAddr(s.cfg.UpstreamProxy)
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, &upstreamError{addr, err}
	}
	return c, nil
}

// dialThrough connects to target through the upstream proxy.
func (s *Server) dialThrough(ctx context.Context, target string) (net.Conn, error) {
	u := s.cfg.UpstreamProxy
	c, err := s.dialUpstream(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	open := connectThrough
	if u.Scheme != "http" {
		open = socksThrough
	}
	err = open(c, u, target)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		_ = c.Close()
		return nil, &upstreamError{upstreamAddr(u), err}
	}
	return c, nil
}

// connectThrough sends CONNECT (RFC 9110 section 9.3.6).
func connectThrough(c net.Conn, u *url.URL, target string) error {
	head := "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n"
	if u.User != nil {
		head += "Proxy-Authorization: " + basic(u.User.Username(), password(u)) + "\r\n"
	}
	if _, err := io.WriteString(c, head+"\r\n"); err != nil {
		return err
	}
	// Read byte by byte: what follows the head is the origin's.
	br := bufio.NewReaderSize(&oneByte{r: io.LimitReader(c, maxUpstreamHead)}, 16)
	resp, err := http.ReadResponse(br, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return &refusedError{"it did not answer CONNECT: " + err.Error()}
	}
	_ = resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return &refusedError{"it answered CONNECT with " + resp.Status}
	}
	return nil
}

// maxUpstreamHead bounds the head with which a proxy answers CONNECT.
const maxUpstreamHead = 64 << 10

// oneByte never reads ahead.
type oneByte struct{ r io.Reader }

func (o *oneByte) Read(p []byte) (int, error) { return o.r.Read(p[:min(1, len(p))]) }

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// isUpstream finds failures of the upstream proxy. What it cannot name is left
// to the steps that follow, with the proxy as the address that failed.
func isUpstream(f *exchange.Failure, err error, _ phase) bool {
	var up *upstreamError
	if !errors.As(err, &up) {
		return false
	}
	target := f.Addr
	f.Addr = up.addr
	if host, _, err := net.SplitHostPort(up.addr); err == nil {
		f.Host = host
	}
	var refused *refusedError
	if errors.As(err, &refused) {
		return set(f, exchange.UpstreamProxyRefused, "the upstream proxy %s did not connect to %s: %s", up.addr, target, refused.says)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return set(f, exchange.UpstreamProxyRefused, "the upstream proxy %s closed the connection instead of connecting to %s", up.addr, target)
	}
	return false
}

// throughUpstream says of a failure that it is the upstream proxy's, where that
// does not show.
func throughUpstream(f *exchange.Failure, err error) *exchange.Failure {
	var up *upstreamError
	if errors.As(err, &up) && f.Kind != exchange.UpstreamProxyRefused {
		f.Message = "the upstream proxy could not be used: " + f.Message
	}
	return f
}
