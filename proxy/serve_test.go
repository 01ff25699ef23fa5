package proxy

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

func TestShutdownCutsOffWhatDoesNotEnd(t *testing.T) {
	for _, p := range paths {
		t.Run(p.name, func(t *testing.T) {
			l := newLab(t, func(c *Config) { c.Timeouts.Grace = time.Millisecond })
			arrived := make(chan bool)
			s := site(t, p.scheme == "https", func(_ http.ResponseWriter, r *http.Request) {
				arrived <- true
				<-r.Context().Done()
			})
			go func() {
				if resp, err := l.client(p.h2).Get(s.URL); err == nil {
					resp.Body.Close()
				}
			}()
			<-arrived
			l.stop()
			if x := l.next(); x.Failure == nil || x.Failure.Kind != exchange.Interrupted || x.Failure.Peer != exchange.ProxyPeer {
				t.Errorf("recorded %+v", x.Failure)
			}
			l.quiet()
		})
	}
}

// TestShutdownAfterHalfClose: a client that said all, and an origin that never
// says anything, do not keep the proxy from ending.
func TestShutdownAfterHalfClose(t *testing.T) {
	for name, secure := range map[string]bool{"clear": false, "TLS": true} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, func(c *Config) { c.Timeouts.Grace = time.Millisecond })
			cfg := map[bool]*tls.Config{true: originTLSConfig()}[secure]
			said := make(chan bool)
			target := rawOrigin(t, cfg, func(c net.Conn, br *bufio.Reader) {
				_, _ = io.Copy(io.Discard, br)
				close(said)
				_, _ = transportOf(c).Read(make([]byte, 1)) // until the test ends
			})
			var c net.Conn
			if secure {
				s, err := l.secure(target, nil)
				if err != nil {
					t.Fatal(err)
				}
				c = s
			} else {
				c = l.connect(target)
			}
			say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")(c)
			if err := closeWrite(c); err != nil {
				t.Fatal(err)
			}
			<-said
			l.stop()
			if x := l.next(); x.Failure == nil {
				t.Errorf("recorded %+v", x.Failure)
			}
			l.quiet()
		})
	}
}

func TestShutdownWaitsForAnswers(t *testing.T) {
	for _, p := range paths {
		t.Run(p.name, func(t *testing.T) {
			l := newLab(t, func(c *Config) { c.Timeouts.Grace = patience })
			arrived, release := make(chan bool), make(chan bool)
			s := site(t, p.scheme == "https", func(w http.ResponseWriter, _ *http.Request) {
				arrived <- true
				<-release
				fmt.Fprint(w, "hello")
			})
			got := make(chan string, 1)
			go func() {
				resp, err := l.client(p.h2).Get(s.URL)
				if err != nil {
					got <- err.Error()
					return
				}
				defer resp.Body.Close()
				body, _ := io.ReadAll(resp.Body)
				got <- string(body)
			}()
			<-arrived
			stopped := make(chan bool)
			go func() {
				l.stop()
				close(stopped)
			}()
			<-l.server.full // the stop has begun
			close(release)
			if body := <-got; body != "hello" {
				t.Errorf("the client got %q", body)
			}
			<-stopped
			if x := l.next(); x.Failure != nil {
				t.Errorf("recorded %+v", x.Failure)
			}
			l.quiet()
		})
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	l := newLab(t, func(c *Config) { c.MaxConnections = 1 })
	ask := func(c net.Conn) {
		say("GET http://httpwhy/ping HTTP/1.1\r\nHost: httpwhy\r\n\r\n")(c)
		readHead(t, c)
	}
	first, second := l.dial(), l.dial()
	ask(first)
	_ = second.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	say("GET http://httpwhy/ping HTTP/1.1\r\nHost: httpwhy\r\n\r\n")(second)
	if _, err := second.Read(make([]byte, 1)); err == nil {
		t.Error("a second connection was served")
	}
	first.Close()
	_ = second.SetReadDeadline(time.Now().Add(patience))
	readHead(t, second)
	l.quiet() // ends although no slot is free
}
