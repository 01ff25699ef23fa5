package proxy

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"reflect"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// isTLS finds failures of the handshake with the origin.
func isTLS(f *exchange.Failure, err error, at phase) bool {
	var invalid *tls.CertificateVerificationError
	if errors.As(err, &invalid) {
		certificate(f, invalid)
		return true
	}
	var record tls.RecordHeaderError
	if errors.As(err, &record) {
		f.Excerpt = bytes.Clone(record.RecordHeader[:])
		if string(record.RecordHeader[:]) == "HTTP/" {
			return set(f, exchange.TLSNotTLS, "%s answered the TLS handshake in plain HTTP: this port is not for https", f.Addr)
		}
		return set(f, exchange.TLSNotTLS, "%s did not answer the TLS handshake with TLS but with %q", f.Addr, record.RecordHeader[:])
	}
	var shake *handshakeError
	wanted := errors.As(err, &shake) && shake.wantsCertificate
	if a, ok := alertOf(err); ok {
		f.Alert = int(a)
		if wanted && shake.presented && aboutCertificate(a) {
			return set(f, exchange.TLSClientCertRequired, "%s does not accept the client certificate that was sent (alert %d, %s)", f.Addr, a, alertName(a))
		}
		return serverAlert(f, a, wanted)
	}
	return false
}

// isHandshake is what crypto/tls has only words for.
func isHandshake(f *exchange.Failure, err error, at phase) bool {
	if at != handshaking {
		return false
	}
	if text := err.Error(); strings.Contains(text, "unsupported protocol version") || strings.Contains(text, "unsupported versions") {
		return set(f, exchange.TLSVersion, "%s chose a TLS version that is no longer spoken: %s", f.Addr, text)
	} else if strings.HasPrefix(text, "tls: ") {
		return set(f, exchange.TLSHandshake, "TLS handshake with %s: %s", f.Addr, strings.TrimPrefix(text, "tls: "))
	}
	return false
}

// alertOf finds the TLS alert that the peer sent. crypto/tls has no exported
// type for it outside QUIC: it is a number inside a *net.OpError.
func alertOf(err error) (uint8, bool) {
	var quic tls.AlertError
	if errors.As(err, &quic) {
		return uint8(quic), true
	}
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" || op.Err == nil {
		return 0, false
	}
	v := reflect.ValueOf(op.Err)
	if v.Kind() != reflect.Uint8 || v.Type().PkgPath() != "crypto/tls" {
		return 0, false
	}
	return uint8(v.Uint()), true
}

// The alerts of RFC 8446 section 6 that tell causes apart.
const (
	alertHandshakeFailure       = 40
	alertBadCertificate         = 42
	alertUnsupportedCertificate = 43
	alertCertificateRevoked     = 44
	alertCertificateExpired     = 45
	alertCertificateUnknown     = 46
	alertUnknownCA              = 48
	alertAccessDenied           = 49
	alertProtocolVersion        = 70
	alertUnrecognizedName       = 112
	alertCertificateRequired    = 116
	alertNoApplicationProtocol  = 120
)

// handshakeError is an error of the TLS connection with an origin.
type handshakeError struct {
	err error
	// wantsCertificate: the origin asked for a client certificate; presented:
	// one was sent.
	wantsCertificate, presented bool
}

func (e *handshakeError) Error() string { return e.err.Error() }
func (e *handshakeError) Unwrap() error { return e.err }

// aboutCertificate reports whether a peer uses alert for a certificate that it
// does not accept.
func aboutCertificate(alert uint8) bool {
	switch alert {
	case alertUnknownCA, alertBadCertificate, alertCertificateUnknown, alertUnsupportedCertificate,
		alertCertificateExpired, alertCertificateRevoked, alertAccessDenied:
		return true
	}
	return false
}

func serverAlert(f *exchange.Failure, alert uint8, wantsCertificate bool) bool {
	if wantsCertificate && (alert == alertHandshakeFailure || alert == alertBadCertificate) {
		alert = alertCertificateRequired
	}
	switch alert {
	case alertProtocolVersion:
		return set(f, exchange.TLSVersion, "%s accepts none of the TLS versions that were offered (TLS 1.2 and 1.3)", f.Addr)
	case alertCertificateRequired:
		return set(f, exchange.TLSClientCertRequired, "%s wants a client certificate", f.Addr)
	case alertHandshakeFailure:
		return set(f, exchange.TLSHandshake, "%s refused the TLS handshake (alert 40, handshake failure): most often it takes no cipher suite or key exchange of those that httpwhy offered", f.Addr)
	case alertNoApplicationProtocol:
		return set(f, exchange.TLSALPN, "%s speaks none of the protocols that the client offered", f.Addr)
	case alertUnrecognizedName:
		return set(f, exchange.TLSUnrecognizedName, "%s does not know the name %s", f.Addr, f.Host)
	}
	return set(f, exchange.TLSHandshake, "%s refused the TLS handshake (alert %d, %s)", f.Addr, alert, alertName(alert))
}

// alertName is the alert in words, e.g. "handshake failure".
func alertName(alert uint8) string {
	return strings.TrimPrefix(tls.AlertError(alert).Error(), "tls: ")
}

// certificate says why a chain did not hold. The error alone cannot tell a
// self-signed certificate, a missing intermediate and an unknown CA apart: the
// certificates can.
func certificate(f *exchange.Failure, invalid *tls.CertificateVerificationError) {
	if len(invalid.UnverifiedCertificates) == 0 {
		set(f, exchange.TLSCertificateInvalid, "the certificate of %s does not hold: %v", f.Addr, invalid.Err)
		return
	}
	leaf := invalid.UnverifiedCertificates[0]
	var host x509.HostnameError
	var cert x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(invalid.Err, &host):
		wrongHost(f, leaf, host.Host)
	case errors.As(invalid.Err, &cert) && cert.Reason == x509.Expired:
		outOfTime(f, cert.Cert, leaf)
	case errors.As(invalid.Err, &unknown):
		unknownIssuer(f, invalid.UnverifiedCertificates)
	default:
		set(f, exchange.TLSCertificateInvalid, "the certificate of %s does not hold: %v", f.Addr, invalid.Err)
	}
}

func wrongHost(f *exchange.Failure, leaf *x509.Certificate, asked string) {
	var names []string
	names = append(names, leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	if asked == "" {
		asked = f.Host
	}
	if len(names) == 0 {
		set(f, exchange.TLSWrongHost, "the certificate of %s has no Subject Alternative Name, so it is not valid for %s (its common name %q does not count)",
			f.Addr, asked, leaf.Subject.CommonName)
		return
	}
	const shown = 5
	more := ""
	if len(names) > shown {
		more = fmt.Sprintf(" and %d more", len(names)-shown)
		names = names[:shown]
	}
	set(f, exchange.TLSWrongHost, "the certificate of %s is for %s%s, not for %s", f.Addr, strings.Join(names, ", "), more, asked)
}

func outOfTime(f *exchange.Failure, bad, leaf *x509.Certificate) {
	if bad == nil {
		bad = leaf
	}
	whose := "the certificate of " + f.Addr
	if !bad.Equal(leaf) {
		whose = fmt.Sprintf("the issuer %q in the chain of %s", bad.Subject.CommonName, f.Addr)
	}
	if time.Now().Before(bad.NotBefore) {
		set(f, exchange.TLSNotYetValid, "%s is not valid before %s", whose, bad.NotBefore.UTC().Format(time.RFC3339))
		return
	}
	set(f, exchange.TLSExpired, "%s expired at %s", whose, bad.NotAfter.UTC().Format(time.RFC3339))
}

// unknownIssuer follows the chain as far as the server sent it.
func unknownIssuer(f *exchange.Failure, certs []*x509.Certificate) {
	leaf, last := certs[0], certs[0]
	for range certs {
		next := issuerOf(last, certs)
		if next == nil || next == last {
			break
		}
		last = next
	}
	switch {
	case selfIssued(leaf):
		set(f, exchange.TLSSelfSigned, "the certificate of %s is self-signed (%q)", f.Addr, leaf.Subject.String())
	case selfIssued(last):
		set(f, exchange.TLSUnknownCA, "the certificate of %s leads to the CA %q, which is not trusted", f.Addr, last.Subject.String())
	case len(last.IssuingCertificateURL) > 0:
		// A certificate that says where to get its issuer has one that the
		// server was to send: roots are not fetched.
		set(f, exchange.TLSIncompleteChain, "%s does not send the certificate of %q, which issued %q: the chain is incomplete",
			f.Addr, last.Issuer.String(), last.Subject.String())
	case len(certs) == 1:
		// Not a missing intermediate: certificates without that URL come from
		// private CAs, whose root a server has no reason to send.
		set(f, exchange.TLSUnknownCA, "the certificate of %s was issued by %q, which is not trusted and whose certificate the server does not send",
			f.Addr, last.Issuer.String())
	default:
		set(f, exchange.TLSUnknownCA, "the certificate of %s leads to the CA %q, which is not trusted", f.Addr, last.Issuer.String())
	}
}

func issuerOf(c *x509.Certificate, among []*x509.Certificate) *x509.Certificate {
	for _, i := range among {
		if bytes.Equal(i.RawSubject, c.RawIssuer) && c.CheckSignatureFrom(i) == nil {
			return i
		}
	}
	if selfIssued(c) {
		return c
	}
	return nil
}

func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, c.RawIssuer) }
