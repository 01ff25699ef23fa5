package codec

import (
	"time"

	"httpwhy/inspector/exchange"
)

type tls struct {
	Version    string        `cbor:"1,keyasint,omitempty"`
	Cipher     string        `cbor:"2,keyasint,omitempty"`
	ServerName string        `cbor:"3,keyasint,omitempty"`
	ALPN       string        `cbor:"4,keyasint,omitempty"`
	Offered    []string      `cbor:"5,keyasint,omitempty"`
	Resumed    bool          `cbor:"6,keyasint,omitempty"`
	Chain      []certificate `cbor:"7,keyasint,omitempty"`
	Verified   bool          `cbor:"8,keyasint,omitempty"`
}

// certificate has its times in seconds, which is all that X.509 has, and whose
// range, unlike that of nanoseconds, reaches the year 9999 of certificates
// without an end (RFC 5280 section 4.1.2.5).
type certificate struct {
	Subject    string   `cbor:"1,keyasint,omitempty"`
	Issuer     string   `cbor:"2,keyasint,omitempty"`
	DNSNames   []string `cbor:"3,keyasint,omitempty"`
	IPs        []string `cbor:"4,keyasint,omitempty"`
	NotBefore  int64    `cbor:"5,keyasint,omitempty"`
	NotAfter   int64    `cbor:"6,keyasint,omitempty"`
	SelfIssued bool     `cbor:"7,keyasint,omitempty"`
	CA         bool     `cbor:"8,keyasint,omitempty"`
	SHA256     []byte   `cbor:"9,keyasint,omitempty"`
}

func newTLS(t *exchange.TLS) *tls {
	if t == nil {
		return nil
	}
	to := &tls{
		Version: t.Version, Cipher: t.Cipher, ServerName: t.ServerName, ALPN: t.ALPN,
		Offered: t.Offered, Resumed: t.Resumed, Verified: t.Verified,
	}
	for i := range t.Chain {
		c := &t.Chain[i]
		to.Chain = append(to.Chain, certificate{
			Subject: c.Subject, Issuer: c.Issuer, DNSNames: c.DNSNames, IPs: c.IPs,
			NotBefore: c.NotBefore.Unix(), NotAfter: c.NotAfter.Unix(),
			SelfIssued: c.SelfIssued, CA: c.CA, SHA256: digest(&c.SHA256),
		})
	}
	return to
}

func (t *tls) decoded() *exchange.TLS {
	if t == nil {
		return nil
	}
	to := &exchange.TLS{
		Version: t.Version, Cipher: t.Cipher, ServerName: t.ServerName, ALPN: t.ALPN,
		Offered: t.Offered, Resumed: t.Resumed, Verified: t.Verified,
	}
	for i := range t.Chain {
		c := &t.Chain[i]
		cert := exchange.Certificate{
			Subject: c.Subject, Issuer: c.Issuer, DNSNames: c.DNSNames, IPs: c.IPs,
			NotBefore: time.Unix(c.NotBefore, 0).UTC(), NotAfter: time.Unix(c.NotAfter, 0).UTC(),
			SelfIssued: c.SelfIssued, CA: c.CA,
		}
		copy(cert.SHA256[:], c.SHA256)
		to.Chain = append(to.Chain, cert)
	}
	return to
}
