package store

import (
	"time"

	"httpwhy/inspector/exchange"
)

type storedTLS struct {
	Version    string              `cbor:"1,keyasint,omitempty"`
	Cipher     string              `cbor:"2,keyasint,omitempty"`
	ServerName string              `cbor:"3,keyasint,omitempty"`
	ALPN       string              `cbor:"4,keyasint,omitempty"`
	Offered    []string            `cbor:"5,keyasint,omitempty"`
	Resumed    bool                `cbor:"6,keyasint,omitempty"`
	Chain      []storedCertificate `cbor:"7,keyasint,omitempty"`
	Verified   bool                `cbor:"8,keyasint,omitempty"`
}

type storedCertificate struct {
	Subject    string   `cbor:"1,keyasint,omitempty"`
	Issuer     string   `cbor:"2,keyasint,omitempty"`
	DNSNames   []string `cbor:"3,keyasint,omitempty"`
	IPs        []string `cbor:"4,keyasint,omitempty"`
	NotBefore  int64    `cbor:"5,keyasint,omitempty"` // Unix seconds, all that X.509 has
	NotAfter   int64    `cbor:"6,keyasint,omitempty"`
	SelfIssued bool     `cbor:"7,keyasint,omitempty"`
	CA         bool     `cbor:"8,keyasint,omitempty"`
	SHA256     []byte   `cbor:"9,keyasint,omitempty"`
}

func storeTLS(t *exchange.TLS) *storedTLS {
	if t == nil {
		return nil
	}
	s := &storedTLS{
		Version: t.Version, Cipher: t.Cipher, ServerName: t.ServerName, ALPN: t.ALPN, Offered: t.Offered,
		Resumed: t.Resumed, Verified: t.Verified,
	}
	for i := range t.Chain {
		c := &t.Chain[i]
		s.Chain = append(s.Chain, storedCertificate{
			Subject: c.Subject, Issuer: c.Issuer, DNSNames: c.DNSNames, IPs: c.IPs,
			NotBefore: c.NotBefore.Unix(), NotAfter: c.NotAfter.Unix(),
			SelfIssued: c.SelfIssued, CA: c.CA, SHA256: c.SHA256[:],
		})
	}
	return s
}

func loadTLS(s *storedTLS) *exchange.TLS {
	if s == nil {
		return nil
	}
	t := &exchange.TLS{
		Version: s.Version, Cipher: s.Cipher, ServerName: s.ServerName, ALPN: s.ALPN, Offered: s.Offered,
		Resumed: s.Resumed, Verified: s.Verified,
	}
	for i := range s.Chain {
		c := &s.Chain[i]
		cert := exchange.Certificate{
			Subject: c.Subject, Issuer: c.Issuer, DNSNames: c.DNSNames, IPs: c.IPs,
			NotBefore: time.Unix(c.NotBefore, 0).UTC(), NotAfter: time.Unix(c.NotAfter, 0).UTC(),
			SelfIssued: c.SelfIssued, CA: c.CA,
		}
		copy(cert.SHA256[:], c.SHA256)
		t.Chain = append(t.Chain, cert)
	}
	return t
}
