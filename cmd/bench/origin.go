//go:build linux

package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"time"
)

// origin is the server behind all proxies: a small JSON document and a big
// binary one, over plain HTTP and over TLS with HTTP/1.1 and HTTP/2. It listens
// on every loopback address, so that a new one can stand for a new host.
type origin struct {
	plain, tls net.Listener
	servers    []*http.Server
}

func startOrigin() (*origin, error) {
	cert, err := selfSigned()
	if err != nil {
		return nil, err
	}
	o := &origin{}
	if o.plain, err = net.Listen("tcp4", "0.0.0.0:0"); err != nil {
		return nil, err
	}
	if o.tls, err = net.Listen("tcp4", "0.0.0.0:0"); err != nil {
		o.plain.Close()
		return nil, err
	}
	o.serve(o.plain, nil)
	o.serve(o.tls, &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2", "http/1.1"}})
	return o, nil
}

func (o *origin) serve(l net.Listener, c *tls.Config) {
	s := &http.Server{Handler: loopbackOnly(documents()), TLSConfig: c, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute}
	o.servers = append(o.servers, s)
	go func() {
		if c == nil {
			_ = s.Serve(l)
		} else {
			_ = s.ServeTLS(l, "", "")
		}
	}()
}

func (o *origin) close() {
	for _, s := range o.servers {
		s.Close()
	}
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// loopbackOnly keeps the machine's other networks out.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		if !net.ParseIP(host).IsLoopback() {
			http.Error(w, "loopback only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func documents() http.Handler {
	small, big := smallDocument(), bigDocument()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /small", document("application/json", small))
	mux.HandleFunc("GET /big", document("application/octet-stream", big))
	return mux
}

func document(mediaType string, content []byte) http.HandlerFunc {
	length := strconv.Itoa(len(content))
	return func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", mediaType)
		h.Set("Content-Length", length)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Request-Id", "5f0c6f0e-58a1-4f54-9c0e-5f2b1a2f8d11")
		_, _ = w.Write(content)
	}
}

func smallDocument() []byte {
	var b bytes.Buffer
	b.WriteString(`{"items":[`)
	for i := 0; b.Len() < smallBody-80; i++ {
		fmt.Fprintf(&b, `{"id":%d,"name":"item %d","price":%d.90},`, i, i, i*7)
	}
	b.Truncate(b.Len() - 1)
	b.WriteString(`],"next":"`)
	for b.Len() < smallBody-2 {
		b.WriteByte('x')
	}
	b.WriteString(`"}`)
	return b.Bytes()
}

// bigDocument does not compress, as images and archives do not.
func bigDocument() []byte {
	b := make([]byte, bigBody)
	_, _ = rand.Read(b) // never fails
	return b
}

func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	t := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: originName},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// originName is the issuer of the origin's certificate: a client that sees it
// behind a proxy was not intercepted.
const originName = "bench origin"
