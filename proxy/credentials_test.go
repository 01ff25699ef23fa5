package proxy

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

func TestCredentials(t *testing.T) {
	origin, heads := headsOf(t, nil)
	for _, method := range []string{"GET", "CONNECT"} {
		for _, test := range []struct {
			name, field string
			status      string
			failed      bool
		}{
			{"none", "", "407", false},
			{"wrong", "Proxy-Authorization: " + basic("me", "guess") + "\r\n", "407", true},
			{"other scheme", "Proxy-Authorization: Bearer secret\r\n", "407", true},
			{"right", "proxy-authorization: " + basic("me", "se:cret") + "\r\n", "200", false},
		} {
			l := newLab(t, func(c *Config) { c.ProxyAuth = "me:se:cret" })
			c := l.dial()
			target := "http://" + origin + "/"
			if method == "CONNECT" {
				target = origin
			}
			_, _ = io.WriteString(c, method+" "+target+" HTTP/1.1\r\nHost: "+origin+"\r\n"+test.field+"\r\n")
			head := readHead(t, c)
			if !strings.HasPrefix(head, "HTTP/1.1 "+test.status) {
				t.Errorf("%s %s: %q", method, test.name, head)
			}
			if test.status == "407" && !strings.Contains(head, `Proxy-Authenticate: Basic realm="httpwhy"`) {
				t.Errorf("%s %s: %q", method, test.name, head)
			}
			if method == "GET" && test.status == "200" {
				if got := <-heads; strings.Contains(strings.ToLower(got), "authorization") {
					t.Errorf("the origin got %q", got)
				}
			}
			c.Close()
			x := l.next()
			if got := x.Request.Header.Get(proxyAuthorization); strings.Contains(got, "bWU6") || strings.Contains(got, "secret") {
				t.Errorf("%s %s: recorded %q", method, test.name, got)
			}
			if (x.Failure != nil) != test.failed || x.Synthetic != (test.status == "407") {
				t.Errorf("%s %s: recorded %v, synthetic %v", method, test.name, x.Failure, x.Synthetic)
			}
			l.quiet()
		}
	}
}

func TestPageNeedsNoCredentials(t *testing.T) {
	l := newLab(t, func(c *Config) { c.ProxyAuth = "me:secret" })
	resp, err := l.client(false).Get("http://httpwhy/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
}

func TestOpenListenerIsRefused(t *testing.T) {
	ln, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{CA: newLab(t, nil).ca})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(context.Background(), ln); err == nil || !strings.Contains(err.Error(), "--proxy-auth") {
		t.Errorf("Serve: %v", err)
	}
	if _, err := ln.Accept(); err == nil {
		t.Error("the listener is still open")
	}
	for _, bad := range []string{"me", ":secret", "me:"} {
		if checkCredentials(bad) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestUnixSocket(t *testing.T) {
	l := newLab(t, func(c *Config) { c.ProxyAuth = "me:secret" })
	ln, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- l.server.Serve(context.Background(), ln) }()
	client := l.client(false)
	tr := client.Transport.(*http.Transport)
	tr.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "socket"})
	tr.DialContext = func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", ln.Addr().String())
	}
	for _, target := range []string{"http://" + okOrigin(t, nil) + "/", "https://" + okOrigin(t, originTLSConfig()) + "/"} {
		resp, err := client.Get(target)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadAll(resp.Body)
		resp.Body.Close()
		if x := l.next(); x.Status() != http.StatusOK || x.Failure != nil || x.State != exchange.Complete {
			t.Errorf("recorded %+v", x)
		}
	}
	l.stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
