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

func appendTLS(b []byte, t *exchange.TLS) []byte {
	m := beginMap(b)
	m.text(1, t.Version)
	m.text(2, t.Cipher)
	m.text(3, t.ServerName)
	m.text(4, t.ALPN)
	m.texts(5, t.Offered)
	m.flag(6, t.Resumed)
	if m.list(7, len(t.Chain)) {
		for i := range t.Chain {
			m.b = appendCertificate(m.b, &t.Chain[i])
		}
	}
	m.flag(8, t.Verified)
	return m.b
}

func appendCertificate(b []byte, c *exchange.Certificate) []byte {
	m := beginMap(b)
	m.text(1, c.Subject)
	m.text(2, c.Issuer)
	m.texts(3, c.DNSNames)
	m.texts(4, c.IPs)
	m.int(5, c.NotBefore.Unix())
	m.int(6, c.NotAfter.Unix())
	m.flag(7, c.SelfIssued)
	m.flag(8, c.CA)
	m.digest(9, &c.SHA256)
	return m.b
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
