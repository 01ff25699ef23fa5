package proxy

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

// upstreamProxy is a proxy that demands me:secret, knows one name and reaches
// everything at that origin.
func upstreamProxy(t *testing.T, scheme, origin string, refuse string) *url.URL {
	serve := func(c net.Conn, br *bufio.Reader) {
		if scheme == "http" {
			httpUpstream(c, br, origin, refuse)
		} else {
			socksUpstream(c, br, origin, refuse)
		}
	}
	addr := rawOrigin(t, nil, serve)
	return &url.URL{Scheme: scheme, Host: addr, User: url.UserPassword("me", "secret")}
}

func httpUpstream(c net.Conn, br *bufio.Reader, origin, refuse string) {
	req, err := http.ReadRequest(br)
	if err != nil {
		return
	}
	if refuse != "" || req.Header.Get("Proxy-Authorization") != basic("me", "secret") {
		_, _ = io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
		return
	}
	up, err := net.Dial("tcp", origin)
	if err != nil {
		return
	}
	defer up.Close()
	if req.Method == http.MethodConnect {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
	} else {
		if !strings.HasPrefix(req.RequestURI, "http://app.test/") {
			return
		}
		req.Header.Del("Proxy-Authorization")
		_ = req.Write(up)
	}
	splice(c, br, up)
}

func socksUpstream(c net.Conn, br *bufio.Reader, origin, refuse string) {
	b := make([]byte, 300)
	n, _ := br.Read(b)
	if n < 4 || b[0] != 5 {
		return
	}
	_, _ = c.Write([]byte{5, 2})
	n, _ = br.Read(b)
	if string(b[:n]) != "\x01\x02me\x06secret" {
		_, _ = c.Write([]byte{1, 1})
		return
	}
	_, _ = c.Write([]byte{1, 0})
	n, _ = br.Read(b)
	if refuse != "" || !strings.Contains(string(b[:n]), "app.test") {
		_, _ = c.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0})
		return
	}
	up, err := net.Dial("tcp", origin)
	if err != nil {
		return
	}
	defer up.Close()
	_, _ = c.Write([]byte{5, 0, 0, 3, 1, 'x', 0, 0})
	splice(c, br, up)
}

func splice(c net.Conn, br *bufio.Reader, up net.Conn) {
	go func() {
		_, _ = io.Copy(up, br)
		_ = closeWrite(up)
	}()
	_, _ = io.Copy(c, up)
}

func appCertificate() tls.Certificate {
	return leafFor(originCA(), func(c *x509.Certificate) { c.DNSNames = []string{"app.test"} })
}

func TestUpstreamProxy(t *testing.T) {
	for _, scheme := range []string{"http", "socks5"} {
		for _, secure := range []bool{false, true} {
			var cfg *tls.Config
			target := "http://app.test/x%41?q"
			if secure {
				cfg, target = &tls.Config{Certificates: []tls.Certificate{appCertificate()}}, "https://app.test/x%41?q"
			}
			t.Run(scheme+" "+target, func(t *testing.T) {
				got := make(chan string, 1)
				origin := rawOrigin(t, cfg, func(c net.Conn, br *bufio.Reader) {
					req, err := http.ReadRequest(br)
					if err != nil {
						return
					}
					got <- req.RequestURI + " " + req.Host + " " + req.Header.Get("Proxy-Authorization")
					say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")(c)
				})
				l := newLab(t, func(c *Config) { c.UpstreamProxy = upstreamProxy(t, scheme, origin, "") })
				resp, err := l.client(false).Get(target)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					t.Fatalf("answered %s", resp.Status)
				}
				// A proxy may make origin-form of it, so does ours in the test.
				if asked := <-got; strings.TrimSpace(asked) != "/x%41?q app.test" {
					t.Errorf("the origin was asked %q", asked)
				}
				x := l.next()
				if x.URL != target || x.Failure != nil || strings.Contains(x.Request.Header.Get("Proxy-Authorization"), "Basic") {
					t.Errorf("recorded %s %v %v", x.URL, x.Failure, x.Request.Header)
				}
			})
		}
	}
}

func TestUpstreamProxyRefuses(t *testing.T) {
	for scheme, says := range map[string]string{"http": "407 Proxy Authentication Required", "socks5": "code 4, host unreachable"} {
		for _, target := range []string{"http://app.test/", "https://app.test/"} {
			l := newLab(t, func(c *Config) { c.UpstreamProxy = upstreamProxy(t, scheme, "", "yes") })
			resp, err := l.client(false).Get(target)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			x := l.next()
			if f := x.Failure; f == nil || f.Kind != exchange.UpstreamProxyRefused || !strings.Contains(f.Message, says) || !x.Synthetic ||
				f.Addr != l.server.cfg.UpstreamProxy.Host || resp.StatusCode != http.StatusBadGateway {
				t.Errorf("%s %s: answered %s, recorded %+v", scheme, target, resp.Status, f)
			}
			l.stop()
		}
	}
}

func TestUpstreamProxyIsDown(t *testing.T) {
	dead := closedPort(t)
	l := newLab(t, func(c *Config) { c.UpstreamProxy = &url.URL{Scheme: "http", Host: dead} })
	for _, target := range []string{"http://app.test/", "https://app.test/"} {
		resp, err := l.client(false).Get(target)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if f := l.next().Failure; f == nil || f.Kind != exchange.ConnectRefused || f.Addr != dead || !strings.Contains(f.Message, "upstream proxy") {
			t.Errorf("%s: recorded %+v", target, f)
		}
	}
}

func TestUpstreamProxyIsChecked(t *testing.T) {
	for _, bad := range []string{"ftp://a:1", "http://", "socks5://h/path", "//h:1"} {
		u, _ := url.Parse(bad)
		if err := checkUpstream(u); err == nil || !strings.Contains(err.Error(), "socks5://host:port") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
