package demo

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
	"net"
	"time"
)

// quiet swallows what the servers say of handshakes that fail on purpose.
var quiet = log.New(io.Discard, "", 0)

// fault is what is wrong with a server's certificate.
type fault int

const (
	cleartext fault = iota // no TLS at all
	expired
	wrongHost
	selfSigned
)

// faulty makes a certificate for 127.0.0.1 with the fault f.
func faulty(f fault, now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "shop.example"},
		NotBefore:    now.AddDate(0, -3, 0), NotAfter: now.AddDate(0, 3, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	switch f {
	case expired:
		template.NotAfter = now.AddDate(0, 0, -3)
	case wrongHost:
		template.IPAddresses = nil
		template.DNSNames = []string{"shop.example", "www.shop.example"}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
