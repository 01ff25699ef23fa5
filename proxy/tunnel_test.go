package proxy

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// site is an origin made of net/http, with HTTP/2 where it is secure.
func site(t *testing.T, secure bool, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	if secure {
		s.EnableHTTP2 = true
		s.TLS = &tls.Config{Certificates: []tls.Certificate{leafFor(originCA(), nil)}}
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

func TestHTTP2IsRelayed(t *testing.T) {
	l := newLab(t, nil)
	s := site(t, true, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		_, _ = io.Copy(w, r.Body)
		w.Header().Set("X-Sum", r.Proto)
	})
	for range 2 {
		resp, err := l.client(true).Post(s.URL+"/echo", "text/plain", strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(body) != "hello" || resp.Proto != "HTTP/2.0" || resp.Trailer.Get("X-Sum") != "HTTP/2.0" {
			t.Errorf("%s %q, trailer %v", resp.Proto, body, resp.Trailer)
		}
		x := l.next()
		if x.Request.Proto != "HTTP/2.0" || x.URL != s.URL+"/echo" || x.Failure != nil || x.Response.Trailer.Get("x-sum") != "HTTP/2.0" {
			t.Errorf("recorded %s %s %+v", x.Request.Proto, x.URL, x.Failure)
		}
		if x.Client.TLS.ALPN != "h2" || x.Server.TLS.ALPN != "h2" || x.Timing.TLSEnd <= x.Timing.TLSStart {
			t.Errorf("client %+v, server %+v, timing %+v", x.Client.TLS, x.Server.TLS, x.Timing)
		}
	}
}

func TestBigBodies(t *testing.T) {
	const size = 8 << 20
	for _, p := range paths {
		t.Run(p.name, func(t *testing.T) {
			l := newLab(t, nil)
			s := site(t, p.scheme == "https", func(w http.ResponseWriter, r *http.Request) {
				sum := sha256.New()
				_, _ = io.Copy(sum, r.Body)
				w.Header().Set("X-Sum", fmt.Sprintf("%x", sum.Sum(nil)))
				_, _ = io.CopyN(w, zeros{}, size)
			})
			want := sha256.New()
			_, _ = io.CopyN(want, zeros{}, size)
			resp, err := l.client(p.h2).Post(s.URL, "", io.LimitReader(zeros{}, size))
			if err != nil {
				t.Fatal(err)
			}
			n, err := io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if n != size || err != nil || resp.Header.Get("X-Sum") != fmt.Sprintf("%x", want.Sum(nil)) {
				t.Errorf("%d bytes, %v, uploaded %s", n, err, resp.Header.Get("X-Sum"))
			}
			x := l.next()
			for side, b := range map[string]exchange.Body{"request": x.Request.Body, "response": x.Response.Body} {
				if b.Size != size || string(b.SHA256[:]) != string(want.Sum(nil)) || b.State != exchange.WholeBody {
					t.Errorf("%s body %s of %d bytes", side, b.State, b.Size)
				}
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestClientGone(t *testing.T) {
	for _, p := range paths {
		t.Run(p.name, func(t *testing.T) {
			l := newLab(t, nil)
			arrived := make(chan bool, 1)
			left := make(chan bool, 1)
			s := site(t, p.scheme == "https", func(_ http.ResponseWriter, r *http.Request) {
				arrived <- true
				<-r.Context().Done()
				left <- true
				panic(http.ErrAbortHandler) // or it would answer all the same
			})
			ctx, cancel := context.WithCancel(context.Background())
			go func() {
				<-arrived
				cancel()
			}()
			req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
			if resp, err := l.client(p.h2).Do(req); err == nil {
				resp.Body.Close()
				t.Error("answered")
			}
			select {
			case <-left:
			case <-time.After(patience):
				t.Error("the origin was not told")
			}
			if x := l.next(); x.Failure == nil || x.Failure.Peer != exchange.ClientPeer || x.Response != nil || x.Synthetic {
				t.Errorf("recorded %+v", x.Failure)
			}
		})
	}
}

// TestTransportEndsAfterTLS: the end of the connection below TLS is passed on
// when it comes, and not before.
func TestTransportEndsAfterTLS(t *testing.T) {
	l := newLab(t, nil)
	said, left := make(chan bool), make(chan error, 1)
	target := rawOrigin(t, originTLSConfig(), func(c net.Conn, br *bufio.Reader) {
		_, _ = io.Copy(io.Discard, br)
		said <- true
		_, err := transportOf(c).Read(make([]byte, 1))
		left <- err
	})
	c, err := l.secure(target, nil)
	if err != nil {
		t.Fatal(err)
	}
	say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")(c)
	if err := c.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	<-said
	select {
	case err := <-left:
		t.Errorf("the origin was told of an end that had not come: %v", err)
	case <-time.After(10 * time.Millisecond):
	}
	if err := c.NetConn().(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-left:
		if !errors.Is(err, io.EOF) {
			t.Errorf("the origin got %v", err)
		}
	case <-time.After(patience):
		t.Error("the origin was not told")
	}
	_ = l.next()
	l.quiet()
}

func TestClientThatRejectsTheCA(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		l := newLab(t, nil)
		s := site(t, true, func(http.ResponseWriter, *http.Request) {})
		target := strings.TrimPrefix(s.URL, "https://")
		c, err := l.secure(target, func(cfg *tls.Config) { cfg.RootCAs, cfg.MaxVersion = x509.NewCertPool(), version })
		if err == nil {
			t.Fatal("the client accepted an unknown CA")
		}
		c.Close()
		x := l.next()
		if x.Mode != exchange.Tunnel || x.URL != target || x.Failure == nil || x.Failure.Kind != exchange.ClientRejectsCA || x.Failure.Alert != alertBadCertificate && x.Failure.Alert != alertUnknownCA {
			t.Errorf("recorded %s %s %+v", x.Mode, x.URL, x.Failure)
		}
		l.quiet()
	}
}

func TestConnectWithoutARequest(t *testing.T) {
	s := site(t, true, func(http.ResponseWriter, *http.Request) {})
	target := strings.TrimPrefix(s.URL, "https://")
	for name, use := range map[string]func(l *lab){
		"closed at once": func(l *lab) { l.connect(target).Close() },
		"closed after the handshake": func(l *lab) {
			c, err := l.secure(target, nil)
			if err != nil {
				t.Fatal(err)
			}
			c.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, nil)
			use(l)
			x := l.next()
			if x.Mode != exchange.Tunnel || x.Request.Method != http.MethodConnect || x.URL != target || x.Failure != nil || x.State != exchange.Complete {
				t.Errorf("recorded %s %s %s %+v", x.Mode, x.Request.Method, x.URL, x.Failure)
			}
			l.quiet()
		})
	}
}

func TestServerThatSpeaksFirst(t *testing.T) {
	l := newLab(t, func(c *Config) { c.Timeouts.FirstByte = time.Millisecond })
	origin := rawOrigin(t, nil, func(c net.Conn, br *bufio.Reader) {
		say("220 hello\r\n")(c)
		line, _ := br.ReadString('\n')
		say("echo " + line)(c)
	})
	c := l.connect(origin)
	if got := readFull(c, make([]byte, 11)); got != "220 hello\r\n" {
		t.Errorf("got %q", got)
	}
	say("EHLO\r\n")(c)
	if got := readFull(c, make([]byte, 11)); got != "echo EHLO\r\n" {
		t.Errorf("got %q", got)
	}
	c.Close()
	if x := l.next(); x.Mode != exchange.Tunnel || x.Request.Method != http.MethodConnect || x.Failure != nil {
		t.Errorf("recorded %s %+v", x.Mode, x.Failure)
	}
	l.quiet()
}

func TestSilentConnectEnds(t *testing.T) {
	l := newLab(t, func(c *Config) { c.Timeouts.FirstByte, c.Timeouts.Idle = time.Millisecond, 10*time.Millisecond })
	origin := rawOrigin(t, nil, func(_ net.Conn, br *bufio.Reader) { _, _ = br.ReadByte() })
	c := l.connect(origin)
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
	if x := l.next(); x.Mode != exchange.Tunnel || x.Failure != nil {
		t.Errorf("recorded %s %+v", x.Mode, x.Failure)
	}
	l.quiet()
}

// TestLateClientIsStillRead: a client that is slow to begin is no server that
// speaks first.
func TestLateClientIsStillRead(t *testing.T) {
	l := newLab(t, func(c *Config) { c.Timeouts.FirstByte = time.Millisecond })
	accepted := make(chan bool, 1)
	origin := rawOrigin(t, nil, func(c net.Conn, br *bufio.Reader) {
		accepted <- true
		_, _ = http.ReadRequest(br)
		say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(c)
	})
	c := l.connect(origin)
	<-accepted // the proxy gave up waiting
	say("GET / HTTP/1.1\r\nHost: " + origin + "\r\n\r\n")(c)
	readHead(t, c)
	if x := l.next(); x.Mode != exchange.Intercepted || x.Status() != 200 {
		t.Errorf("recorded %s %d", x.Mode, x.Status())
	}
}

func TestOtherProtocolsInTLSPassThrough(t *testing.T) {
	l := newLab(t, nil)
	cfg := originTLSConfig("mqtt")
	origin := rawOrigin(t, cfg, func(c net.Conn, _ *bufio.Reader) { _, _ = io.Copy(c, c) })
	// The origin's own certificate must arrive.
	pool := x509.NewCertPool()
	pool.AddCert(originCA().cert)
	c, err := l.secure(origin, func(cfg *tls.Config) { cfg.RootCAs, cfg.NextProtos = pool, []string{"mqtt"} })
	if err != nil {
		t.Fatal(err)
	}
	say("hello")(c)
	if got := readFull(c, make([]byte, 5)); got != "hello" {
		t.Errorf("got %q", got)
	}
	c.Close()
	if x := l.next(); x.Mode != exchange.Tunnel || x.Failure != nil {
		t.Errorf("recorded %s %+v", x.Mode, x.Failure)
	}
	l.quiet()
}

// TestSuitesOfTheClient: a server without forward secrecy is reached by a client
// that takes that, as without us, and by no other.
func TestSuitesOfTheClient(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, KeyUsage: x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, originCA().cert, key.Public(), originCA().key)
	if err != nil {
		t.Fatal(err)
	}
	const old = tls.TLS_RSA_WITH_AES_128_GCM_SHA256
	l := newLab(t, nil)
	origin := rawOrigin(t, &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		MaxVersion:   tls.VersionTLS12, CipherSuites: []uint16{old},
	}, func(c net.Conn, br *bufio.Reader) {
		_, _ = takeHead(br)
		_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
	})
	for want, suites := range map[int][]uint16{
		204: {tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, old},
		502: {tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
	} {
		c, err := l.secure(origin, func(cfg *tls.Config) { cfg.CipherSuites = suites })
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", origin)
		readHead(t, c)
		c.Close()
		if x := l.next(); x.Response == nil || x.Response.Status != want {
			t.Errorf("with suites %v: recorded %+v, %+v; want %d", suites, x.Response, x.Failure, want)
		}
	}
}

func TestSessionsAreResumedOnBothSides(t *testing.T) {
	l := newLab(t, nil)
	s := site(t, true, func(http.ResponseWriter, *http.Request) {})
	cache := tls.NewLRUClientSessionCache(4)
	for i := range 2 {
		c, err := l.secure(strings.TrimPrefix(s.URL, "https://"), func(cfg *tls.Config) { cfg.ClientSessionCache = cache })
		if err != nil {
			t.Fatal(err)
		}
		say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")(c)
		readHead(t, c)
		c.Close()
		x := l.next()
		if resumed := i == 1; x.Client.TLS.Resumed != resumed || x.Server.TLS.Resumed != resumed {
			t.Errorf("connection %d: resumed client %v, server %v", i, x.Client.TLS.Resumed, x.Server.TLS.Resumed)
		}
		if len(x.Server.TLS.Chain) != 1 {
			t.Errorf("connection %d: chain of %d", i, len(x.Server.TLS.Chain))
		}
	}
}

func TestSelfIsNoOrigin(t *testing.T) {
	l := newLab(t, nil)
	c := l.connect(l.addr)
	say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")(c)
	if got := readHead(t, c); !strings.Contains(got, "502") || !strings.Contains(got, "proxy_loop_detected") {
		t.Errorf("got %q", got)
	}
	if x := l.next(); x.Failure == nil || x.Failure.Kind != exchange.ProxyLoop {
		t.Errorf("recorded %+v", x.Failure)
	}
}

func TestAbsoluteFormWithHTTPS(t *testing.T) {
	l := newLab(t, nil)
	s := site(t, true, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })
	c := l.dial()
	say("GET " + s.URL + "/a HTTP/1.1\r\nHost: x\r\n\r\n")(c)
	if got := readHead(t, c); !strings.HasPrefix(got, "HTTP/1.1 200 ") {
		t.Errorf("got %q", got)
	}
	x := l.next()
	if x.Mode != exchange.Forward || x.URL != s.URL+"/a" || x.Server.TLS == nil || !x.Server.TLS.Verified || x.Timing.TLSEnd == 0 {
		t.Errorf("recorded %s %s %+v", x.Mode, x.URL, x.Server.TLS)
	}
}
