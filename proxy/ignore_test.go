package proxy

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

func okOrigin(t *testing.T, secure *tls.Config) string {
	return rawOrigin(t, secure, func(c net.Conn, br *bufio.Reader) {
		for {
			if _, err := http.ReadRequest(br); err != nil {
				return
			}
			say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")(c)
		}
	})
}

func TestIgnoredHostIsPassedThrough(t *testing.T) {
	l := newLab(t, func(c *Config) { c.Ignore = []string{"localhost"} })
	c, err := l.secure(okOrigin(t, originTLSConfig()), func(c *tls.Config) {
		c.RootCAs = x509.NewCertPool()
		c.RootCAs.AddCert(originCA().cert) // the origin's own certificate is seen
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	readHead(t, c)
	c.Close()
	x := l.next()
	if x.Mode != exchange.Tunnel || x.Failure != nil || x.Request.Body.Size < 100 || x.Response.Body.Size < 100 ||
		len(x.Notes) != 1 || x.Notes[0] != "not intercepted: --ignore" {
		t.Errorf("recorded %s %v, %d and %d bytes, %q", x.Mode, x.Failure, x.Request.Body.Size, x.Response.Body.Size, x.Notes)
	}
	l.quiet()
}

func TestIgnoredHostIsDown(t *testing.T) {
	l := newLab(t, func(c *Config) { c.Ignore = []string{"127.0.0.1"} })
	c := l.connect(closedPort(t))
	if b, err := io.ReadAll(c); err != nil || len(b) > 0 {
		t.Errorf("%q %v", b, err)
	}
	if x := l.next(); x.Failure == nil || x.Failure.Kind != exchange.ConnectRefused || len(x.Notes) != 1 {
		t.Errorf("recorded %+v %q", x.Failure, x.Notes)
	}
}

func TestRepeatedRefusalSuggestsToIgnore(t *testing.T) {
	suggested := make(chan string, 10)
	l := newLab(t, func(c *Config) { c.Suggest = func(host string, _ bool) { suggested <- host } })
	origin := okOrigin(t, originTLSConfig())
	for i := 1; i <= 4; i++ {
		if _, err := l.secure(origin, func(c *tls.Config) { c.RootCAs = x509.NewCertPool() }); err == nil {
			t.Fatal("the certificate was accepted")
		}
		x := l.next()
		if x.Failure == nil || x.Failure.Kind != exchange.ClientRejectsCA {
			t.Fatalf("recorded %+v", x.Failure)
		}
		if noted := len(x.Notes) > 0 && strings.Contains(x.Notes[0], "--ignore localhost"); noted != (i >= suggestAfter) {
			t.Errorf("refusal %d: %q", i, x.Notes)
		}
	}
	if len(suggested) != 1 || <-suggested != "localhost" {
		t.Error("the suggestion is to come once")
	}
}

func TestLeftAfterTheHandshake(t *testing.T) {
	certain := make(chan bool, 10)
	l := newLab(t, func(c *Config) { c.Suggest = func(_ string, sure bool) { certain <- sure } })
	origin := okOrigin(t, originTLSConfig())
	for i, want := range []string{"without a request", "do so when they do not trust the certificate)", "(3 times in a row", "(4 times in a row"} {
		c, err := l.secure(origin, nil)
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
		x := l.next()
		if x.Failure != nil || x.Mode != exchange.Tunnel || len(x.Notes) != 1 || !strings.Contains(x.Notes[0], want) {
			t.Errorf("%d: recorded %v %q", i, x.Failure, x.Notes)
		}
		if x.ClosedBy != exchange.ClientPeer {
			t.Errorf("%d: closed by %q", i, x.ClosedBy)
		}
	}
	if len(certain) != 1 || <-certain {
		t.Error("a suggestion is to come once, as a guess")
	}
}

func TestClientCertificateIsPresented(t *testing.T) {
	clients := newAuthority("client CA", nil)
	pool := x509.NewCertPool()
	pool.AddCert(clients.cert)
	leaf := func(by *authority) tls.Certificate {
		return leafFor(by, func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		})
	}
	for _, test := range []struct {
		name    string
		pattern string
		cert    tls.Certificate
		version uint16
		kind    exchange.FailureKind
		says    string
	}{
		{"accepted", "localhost", leaf(clients), tls.VersionTLS13, "", ""},
		{"accepted 1.2", "*", leaf(clients), tls.VersionTLS12, "", ""},
		{"other host", "other.test", leaf(clients), tls.VersionTLS13, exchange.TLSClientCertRequired, "wants a client certificate"},
		{"wrong issuer", "localhost", leaf(originCA()), tls.VersionTLS13, exchange.TLSClientCertRequired, "does not accept the client certificate"},
		{"wrong issuer 1.2", "localhost", leaf(originCA()), tls.VersionTLS12, exchange.TLSClientCertRequired, "does not accept the client certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t, func(c *Config) { c.ClientCertificates = map[string]tls.Certificate{test.pattern: test.cert} })
			cfg := originTLSConfig()
			cfg.ClientAuth, cfg.ClientCAs, cfg.MaxVersion = tls.RequireAndVerifyClientCert, pool, test.version
			resp, err := l.client(false).Get("https://" + okOrigin(t, cfg) + "/")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			f := l.next().Failure
			if test.kind == "" && (f != nil || resp.StatusCode != http.StatusOK) {
				t.Errorf("answered %s, recorded %+v", resp.Status, f)
			}
			if test.kind != "" && (f == nil || f.Kind != test.kind || !strings.Contains(f.Message, test.says)) {
				t.Errorf("recorded %+v", f)
			}
		})
	}
}
