//go:build linux

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net/http"
	"sync"
	"time"

	"github.com/elazarl/goproxy"
	"github.com/spf13/cobra"
)

// goproxyCommand is a peer: goproxy's own interception, recording nothing. It
// is the library that httpwhy is built on, as it comes or as well as its
// settings allow.
func goproxyCommand() *cobra.Command {
	var listen string
	var tuned bool
	c := &cobra.Command{
		Use:    "goproxy",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, err := newGoproxy(tuned)
			if err != nil {
				return err
			}
			s := &http.Server{Addr: listen, Handler: p, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
			return s.ListenAndServe()
		},
	}
	c.Flags().StringVar(&listen, "listen", "", "the address")
	c.Flags().BoolVar(&tuned, "tuned", false, "keep idle connections and certificates")
	return c
}

func newGoproxy(tuned bool) (http.Handler, error) {
	ca, err := newCA()
	if err != nil {
		return nil, err
	}
	p := goproxy.NewProxyHttpServer()
	p.Logger = log.New(io.Discard, "", 0)
	p.AllowHTTP2 = true
	p.Tr.Proxy = nil
	p.Tr.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	if tuned {
		p.CertStore = &certificates{made: map[string]*tls.Certificate{}}
		p.KeepAcceptEncoding = true
		p.Tr.DisableCompression = true
		p.Tr.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(256)
		p.Tr.MaxIdleConns, p.Tr.MaxIdleConnsPerHost, p.Tr.IdleConnTimeout = 1024, 256, 90*time.Second
		p.Tr.ReadBufferSize, p.Tr.WriteBufferSize = 8<<10, 8<<10
	}
	intercept := &goproxy.ConnectAction{Action: goproxy.ConnectMitm, TLSConfig: goproxy.TLSConfigFromCA(ca)}
	p.OnRequest().HandleConnectFunc(func(host string, _ *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
		return intercept, host
	})
	return p, nil
}

// certificates keeps what goproxy made.
type certificates struct {
	mu   sync.Mutex
	made map[string]*tls.Certificate
}

// Fetch implements goproxy.CertStorage.
func (s *certificates) Fetch(host string, make func() (*tls.Certificate, error)) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.made[host]; c != nil {
		return c, nil
	}
	c, err := make()
	if err == nil {
		s.made[host] = c
	}
	return c, err
}

func newCA() (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "bench CA"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}
