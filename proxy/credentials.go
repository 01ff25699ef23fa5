package proxy

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

const proxyAuthorization = "Proxy-Authorization"

// checkCredentials says what is wrong with what Config.ProxyAuth wants.
func checkCredentials(s string) error {
	user, pass, ok := strings.Cut(s, ":")
	if s != "" && (!ok || user == "" || pass == "") {
		return errors.New("the proxy's own credentials are user:password, neither of them empty")
	}
	return nil
}

// checkListener keeps a proxy for everybody from being opened by accident.
func (s *Server) checkListener(a net.Addr) error {
	t, ok := a.(*net.TCPAddr)
	if !ok || t.IP.IsLoopback() || s.cfg.ProxyAuth != "" {
		return nil
	}
	return fmt.Errorf("%s can be reached from other machines: a user and password are needed for it (--proxy-auth user:password)", a)
}

// authorized reports whether r may use the proxy. A Unix socket has the
// permissions of its file.
func (s *Server) authorized(r *http.Request, client *clientConn) bool {
	if s.cfg.ProxyAuth == "" || client.LocalAddr().Network() == "unix" {
		return true
	}
	user, pass, _ := strings.Cut(s.cfg.ProxyAuth, ":")
	want := []byte(strings.TrimPrefix(basic(user, pass), "Basic "))
	scheme, got, _ := strings.Cut(r.Header.Get(proxyAuthorization), " ")
	return strings.EqualFold(scheme, "Basic") && subtle.ConstantTimeCompare([]byte(strings.TrimSpace(got)), want) == 1
}

// hideCredentials takes what is secret out of the field for us (RFC 9110 section
// 11.7.2); that it was there stays known.
func hideCredentials(h exchange.Header) {
	for i, f := range h {
		if strings.EqualFold(f.Name, proxyAuthorization) {
			scheme, _, _ := strings.Cut(f.Value, " ")
			h[i].Value = scheme + " [not recorded]"
		}
	}
}

// challenge asks for credentials, and records that.
func (f *forward) challenge(r *http.Request) {
	tried := r.Header.Get(proxyAuthorization) != ""
	a := &answer{status: http.StatusProxyAuthRequired, body: []byte(
		"httpwhy wants the user and password that were given with --proxy-auth.\n")}
	a.set("Content-Type", "text/plain; charset=utf-8")
	a.set("Proxy-Authenticate", `Basic realm="httpwhy", charset="UTF-8"`)
	a.set("Cache-Control", "no-store")
	a.set("Content-Length", fmt.Sprint(len(a.body)))
	x := &exchange.Exchange{
		Mode: exchange.Forward, Start: f.head.at, URL: f.head.message.Target,
		Request: f.head.message, Client: f.client.connection(),
	}
	if r.Method == http.MethodConnect {
		x.Mode = exchange.Tunnel
	}
	d := record.Begin(f.server.cfg.Recorder, x, -1)
	d.Body(exchange.ResponseSide, a.recorded(r.Method, false))
	d.BodyEnd(exchange.ResponseSide)
	d.End(func(x *exchange.Exchange) {
		x.Response, x.Synthetic = a.message("HTTP/1.1"), true
		x.Timing.End = d.Since(time.Now())
		x.Notes = []string{"httpwhy asked for its user and password"}
		if tried { // the first time every client is asked: no failure
			x.Failure = &exchange.Failure{
				Kind: exchange.Other, Peer: exchange.ClientPeer, Alert: -1, Expected: -1,
				Message: "the client sent a wrong user or password for httpwhy",
			}
		}
	})
	a.ServeHTTP(f.writer, r)
}
