package setup

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	"software.sslmate.com/src/go-pkcs12"
)

// WriteTrustStore converts the PEM bundle into a PKCS #12 trust store beside it,
// unless that was done since the bundle changed, and returns its path.
// Certificates of the bundle that cannot be parsed are left out, as a JVM would
// refuse the whole store for one of them.
func WriteTrustStore(bundle string) (string, error) {
	path := filepath.Join(filepath.Dir(bundle), "truststore.p12")
	if newer(path, bundle) {
		return path, nil
	}
	rest, err := os.ReadFile(bundle)
	if err != nil {
		return "", fmt.Errorf("read the certificate bundle: %w", err)
	}
	var roots []*x509.Certificate
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			roots = append(roots, c)
		}
	}
	store, err := pkcs12.Modern.EncodeTrustStore(roots, TrustStorePassword)
	if err != nil {
		return "", fmt.Errorf("make Java's trust store: %w", err)
	}
	return path, os.WriteFile(path, store, 0o600)
}

// newer reports whether the file at path was written after the one at than.
func newer(path, than string) bool {
	a, err := os.Stat(path)
	if err != nil || a.Size() == 0 {
		return false
	}
	b, err := os.Stat(than)
	return err == nil && a.ModTime().After(b.ModTime())
}
