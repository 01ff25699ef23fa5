package proxy

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/certs"
)

// patience bounds the wait for what must come.
const patience = 20 * time.Second

// lab is a proxy with the recorder behind it.
type lab struct {
	t      *testing.T
	server *Server
	addr   string
	ca     *certs.CA
	notes  *notebook
	stop   func()
}

// newLab starts a proxy that trusts the lab's origins.
func newLab(t *testing.T, edit func(*Config)) *lab {
	t.Helper()
	ca, err := certs.LoadCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{t: t, ca: ca, notes: newNotebook()}
	cfg := Config{Recorder: l.notes, CA: ca, BodyLimit: -1, UpstreamRoots: originCA().pem}
	if edit != nil {
		edit(&cfg)
	}
	if l.server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	ln := listen(t)
	l.addr = ln.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.server.Serve(ctx, ln) }()
	l.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Serve: %v", err)
			}
		case <-time.After(patience):
			t.Error("Serve does not end")
		}
	})
	t.Cleanup(l.stop)
	return l
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// notebook is a recorder that keeps finished exchanges in memory.
type notebook struct {
	mu     sync.Mutex
	n      exchange.ID
	ended  []*exchange.Exchange
	begun  map[exchange.ID]bool
	signal chan struct{}
}

func newNotebook() *notebook {
	return &notebook{begun: map[exchange.ID]bool{}, signal: make(chan struct{}, 1000)}
}

func (n *notebook) Begin(*exchange.Exchange) exchange.ID {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.n++
	n.begun[n.n] = true
	return n.n
}

func (n *notebook) Step(*exchange.Exchange) {}

func (n *notebook) Spill(exchange.ID, exchange.Side, []byte) bool { return true }

func (n *notebook) End(x *exchange.Exchange) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.begun[x.ID] {
		panic("an exchange ended twice, or without a beginning")
	}
	delete(n.begun, x.ID)
	n.ended = append(n.ended, x)
	n.signal <- struct{}{}
}

// next waits for the next finished exchange.
func (l *lab) next() *exchange.Exchange {
	l.t.Helper()
	select {
	case <-l.notes.signal:
	case <-time.After(patience):
		l.t.Fatal("no exchange was recorded")
	}
	l.notes.mu.Lock()
	defer l.notes.mu.Unlock()
	x := l.notes.ended[0]
	l.notes.ended = l.notes.ended[1:]
	return x
}

// quiet fails if anything else was recorded. The proxy must have stopped.
func (l *lab) quiet() {
	l.t.Helper()
	l.stop()
	l.notes.mu.Lock()
	defer l.notes.mu.Unlock()
	for _, x := range l.notes.ended {
		l.t.Errorf("recorded besides: %s %s %s %v", x.Mode, x.Request.Method, x.URL, x.Failure)
	}
	if len(l.notes.begun) > 0 {
		l.t.Errorf("%d exchanges never ended", len(l.notes.begun))
	}
}

// dial connects to the proxy.
func (l *lab) dial() net.Conn {
	l.t.Helper()
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// connect opens a tunnel to target.
func (l *lab) connect(target string) net.Conn {
	l.t.Helper()
	c := l.dial()
	if _, err := io.WriteString(c, "CONNECT "+target+" HTTP/1.1\r\nHost: "+target+"\r\n\r\n"); err != nil {
		l.t.Fatal(err)
	}
	if got := readHead(l.t, c); !strings.HasPrefix(got, "HTTP/1.1 200 ") {
		l.t.Fatalf("CONNECT: %q", got)
	}
	return c
}

// readHead reads up to an empty line, and not a byte further.
func readHead(t *testing.T, c io.Reader) string {
	t.Helper()
	var b []byte
	one := make([]byte, 1)
	for !bytes.HasSuffix(b, []byte("\r\n\r\n")) {
		if _, err := io.ReadFull(c, one); err != nil {
			t.Fatalf("read a head: %v after %q", err, b)
		}
		b = append(b, one[0])
	}
	return string(b)
}

// secure opens a TLS connection through a tunnel.
func (l *lab) secure(target string, edit func(*tls.Config)) (*tls.Conn, error) {
	l.t.Helper()
	cfg := &tls.Config{ServerName: "localhost", RootCAs: l.pool()}
	if edit != nil {
		edit(cfg)
	}
	c := tls.Client(l.connect(target), cfg)
	return c, c.Handshake()
}

func (l *lab) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(l.ca.Certificate())
	return p
}

// client is net/http's client through the proxy.
func (l *lab) client(h2 bool) *http.Client {
	tr := &http.Transport{
		Proxy:              http.ProxyURL(&url.URL{Scheme: "http", Host: l.addr}),
		TLSClientConfig:    &tls.Config{RootCAs: l.pool()},
		ForceAttemptHTTP2:  h2,
		DisableCompression: true,
	}
	if !h2 {
		tr.Protocols = new(http.Protocols)
		tr.Protocols.SetHTTP1(true)
	}
	l.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{
		Transport: tr, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// rawOrigin serves each connection with f, in the clear or over TLS.
func rawOrigin(t *testing.T, secure *tls.Config, f func(net.Conn, *bufio.Reader)) string {
	t.Helper()
	ln := listen(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
			if secure != nil {
				c = tls.Server(c, secure)
			}
			wg.Go(func() {
				defer c.Close()
				f(c, bufio.NewReader(c))
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		mu.Lock()
		for _, c := range conns {
			c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return "localhost:" + port
}

// authority is a CA of the lab's origins.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

var originCA = sync.OnceValue(func() *authority { return newAuthority("lab CA", nil) })

func newAuthority(name string, parent *authority) *authority {
	a := &authority{}
	der, key := sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, parent)
	a.cert, _ = x509.ParseCertificate(der)
	a.key, a.pem = key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return a
}

func sign(template *x509.Certificate, parent *authority) ([]byte, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	}
	by, byKey := template, key
	if parent != nil {
		by, byKey = parent.cert, parent.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by, key.Public(), byKey)
	if err != nil {
		panic(err)
	}
	return der, key
}

// leafFor makes a certificate of parent, self-signed if that is nil.
func leafFor(parent *authority, edit func(*x509.Certificate)) tls.Certificate {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "lab origin"}, DNSNames: []string{"localhost", "*.localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if edit != nil {
		edit(template)
	}
	der, key := sign(template, parent)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// originTLS is the configuration of an origin that is all right.
func originTLSConfig(protocols ...string) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{leafFor(originCA(), nil)}, NextProtos: protocols}
}
