package exchange

import (
	"crypto/sha256"
	"crypto/x509"
	"time"
)

// TLS are the facts of one TLS connection.
type TLS struct {
	// Version is "TLS 1.0" to "TLS 1.3", Cipher the IANA name of the suite.
	Version, Cipher string
	// ServerName is the SNI that the client sent, "" if it sent none.
	ServerName string
	// ALPN is the protocol agreed upon, Offered what the client offered.
	ALPN    string
	Offered []string
	Resumed bool
	// Chain are the certificates that the server sent, leaf first. On a resumed
	// connection they are those of the first handshake, if known.
	Chain []Certificate
	// Verified: the chain was verified and held. False with --insecure.
	Verified bool
}

// Certificate are the facts of an X.509 certificate that diagnoses read.
type Certificate struct {
	Subject, Issuer     string
	DNSNames, IPs       []string
	NotBefore, NotAfter time.Time
	SelfIssued, CA      bool
	// SHA256 is the digest of the DER encoding.
	SHA256 [32]byte
}

// NewCertificate reads the facts of c.
func NewCertificate(c *x509.Certificate) Certificate {
	ips := make([]string, 0, len(c.IPAddresses))
	for _, ip := range c.IPAddresses {
		ips = append(ips, ip.String())
	}
	return Certificate{
		Subject: c.Subject.String(), Issuer: c.Issuer.String(),
		DNSNames: c.DNSNames, IPs: ips,
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		SelfIssued: string(c.RawSubject) == string(c.RawIssuer), CA: c.IsCA,
		SHA256: sha256.Sum256(c.Raw),
	}
}
