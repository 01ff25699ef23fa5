package proxy

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

// headsOf is an origin that shows the heads that it gets.
func headsOf(t *testing.T, secure *tls.Config) (string, <-chan string) {
	heads := make(chan string, 10)
	return rawOrigin(t, secure, func(c net.Conn, br *bufio.Reader) {
		for {
			var head strings.Builder
			for !strings.HasSuffix(head.String(), "\r\n\r\n") {
				b, err := br.ReadByte()
				if err != nil {
					return
				}
				head.WriteByte(b)
			}
			heads <- head.String()
			say("HTTP/1.1 200 OK\r\nx-CASE: a\r\nContent-Length: 2\r\n\r\nhi")(c)
		}
	}), heads
}

func TestReverse(t *testing.T) {
	for _, test := range []struct {
		scheme, base string
		keep         bool
	}{{"http", "", false}, {"http", "/v1/", true}, {"https", "", false}} {
		var secure *tls.Config
		if test.scheme == "https" {
			secure = originTLSConfig()
		}
		origin, heads := headsOf(t, secure)
		l := newLab(t, func(c *Config) {
			c.Reverse = &url.URL{Scheme: test.scheme, Host: origin, Path: test.base}
			c.KeepHost = test.keep
		})
		c := l.dial()
		_, _ = io.WriteString(c, "GET /a%41/./b?q HTTP/1.1\r\nhOST: "+l.addr+"\r\nx-B: 1\r\nX-a: 2\r\n\r\n")
		if got := readHead(t, c); got != "HTTP/1.1 200 OK\r\nx-CASE: a\r\nContent-Length: 2\r\n\r\n" {
			t.Errorf("answered %q", got)
		}
		host := origin
		if test.keep {
			host = l.addr
		}
		target := strings.TrimSuffix(test.base, "/") + "/a%41/./b?q"
		if got, want := <-heads, "GET "+target+" HTTP/1.1\r\nhOST: "+host+"\r\nx-B: 1\r\nX-a: 2\r\n\r\n"; got != want {
			t.Errorf("the origin got %q, want %q", got, want)
		}
		x := l.next()
		if x.Mode != exchange.Reverse || x.URL != test.scheme+"://"+origin+target || x.Request.Header.Get("Host") != l.addr {
			t.Errorf("recorded %s %s %v", x.Mode, x.URL, x.Request.Header)
		}
		if noted := len(x.Notes) == 1 && strings.Contains(x.Notes[0], "was sent Host"); noted == test.keep {
			t.Errorf("notes %q", x.Notes)
		}
		c.Close()
		l.quiet()
	}
}

func TestReverseFailsAndStaysAProxy(t *testing.T) {
	dead := closedPort(t)
	l := newLab(t, func(c *Config) { c.Reverse = &url.URL{Scheme: "http", Host: dead} })
	resp, err := http.Get("http://" + l.addr + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if x := l.next(); resp.StatusCode != http.StatusBadGateway || x.Mode != exchange.Reverse || x.Failure == nil || x.Failure.Kind != exchange.ConnectRefused {
		t.Errorf("answered %s, recorded %+v", resp.Status, x)
	}
	resp, err = l.client(false).Get("http://" + okOrigin(t, nil) + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if x := l.next(); x.Mode != exchange.Forward || x.Status() != http.StatusOK {
		t.Errorf("recorded %+v", x)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

func TestReverseOriginIsChecked(t *testing.T) {
	for _, bad := range []string{"ftp://a", "localhost:3000", "http://", "http://a/?q", "http://u:p@a"} {
		u, _ := url.Parse(bad)
		if checkReverse(u) == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}
