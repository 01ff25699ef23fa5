package proxy

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// serveProxy is the first to see a request. CONNECT and plain HTTP go through
// goproxy, requests for httpwhy itself to its page.
func (s *Server) serveProxy(w http.ResponseWriter, r *http.Request) {
	client := clientOf(r.Context())
	head, ok := client.heads.next()
	if !ok {
		head = rawHead{message: headOf(r), at: time.Now()}
	}
	hideCredentials(head.message.Header)
	fw := &frontWriter{ResponseWriter: w, client: client}
	f := &forward{
		server: s, client: client, writer: fw, head: head, watch: newStopwatch(head.at), mode: exchange.Forward,
	}
	ctx := context.WithValue(r.Context(), forwardKey{}, f)
	switch {
	case s.isPage(r):
		s.servePage(fw, r)
		return
	case s.isReverse(r):
		f.reverse(r)
	case (r.Method == http.MethodConnect || r.URL.IsAbs()) && !s.authorized(r, client):
		f.challenge(r)
		return
	}
	if r.Method != http.MethodConnect {
		// Else net/http would read the rest of the content away from the origin
		// before it sends an answer that came early.
		_ = http.NewResponseController(w).EnableFullDuplex()
		f.prepare(r)
	}
	s.front.ServeHTTP(fw, r.WithContext(ctx))
}

// prepare removes the fields that are for this hop alone (RFC 9110 section
// 7.6.1) and keeps net/http from losing or adding any other.
func (f *forward) prepare(r *http.Request) {
	h := r.Header
	if upgrade := h.Get("Upgrade"); upgrade != "" && f.head.message.Header.HasToken("Connection", "upgrade") {
		f.upgrade = upgrade
	}
	if f.upgrade == "" {
		for _, name := range f.head.message.Header.List("Connection") {
			h.Del(name)
		}
	}
	trailers := f.head.message.Header.HasToken("TE", "trailers")
	for _, name := range []string{
		"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Transfer-Encoding", "Upgrade",
	} {
		h.Del(name)
	}
	if trailers {
		h.Set("TE", "trailers")
	}
	if f.upgrade != "" {
		// Connection is put back behind goproxy, which removes it.
		h.Set("Upgrade", f.upgrade)
	}
	if _, has := h["User-Agent"]; !has {
		h["User-Agent"] = []string{""} // sends none
	}
	// Trailers that were not announced are filled in here too.
	if r.ContentLength < 0 && r.Trailer == nil {
		r.Trailer = http.Header{}
	}
}

// serveOrigin answers a request in origin-form, as to an origin server.
func (s *Server) serveOrigin(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "httpwhy is a proxy: set it as the HTTP proxy of your program.\n"+
		"The request for "+strings.ToValidUTF8(r.Host, "?")+" came without a proxy's absolute target.", http.StatusMisdirectedRequest)
}

// isOwnAddress reports whether hostport names one of our listeners.
func (s *Server) isOwnAddress(hostport string) bool {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = strings.Trim(hostport, "[]"), "80"
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		l, ok := l.(*net.TCPAddr)
		if !ok || int(number) != l.Port {
			continue
		}
		own, asked := l.IP, net.ParseIP(host)
		switch {
		case strings.EqualFold(host, "localhost"):
			return own.IsLoopback() || own.IsUnspecified()
		case asked == nil:
			continue
		case own.Equal(asked), own.IsUnspecified() && asked.IsLoopback():
			return true
		}
	}
	return false
}
