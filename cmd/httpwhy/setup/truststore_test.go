package setup

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

func TestWriteTrustStore(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(t.TempDir(), "bundle.pem")
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("garbage")}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	if err := os.WriteFile(bundle, text, 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(bundle, old, old); err != nil {
		t.Fatal(err)
	}
	path, err := WriteTrustStore(bundle)
	if err != nil {
		t.Fatal(err)
	}
	store, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	roots, err := pkcs12.DecodeTrustStore(store, TrustStorePassword)
	if err != nil || len(roots) != 1 || !bytes.Equal(roots[0].Raw, der) {
		t.Errorf("%v: %d roots", err, len(roots))
	}
	if _, err := WriteTrustStore(bundle); err != nil {
		t.Fatal(err)
	}
	if again, _ := os.ReadFile(path); !bytes.Equal(again, store) {
		t.Error("an up-to-date trust store was written anew")
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(bundle, later, later); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteTrustStore(bundle); err != nil {
		t.Fatal(err)
	}
	if again, _ := os.ReadFile(path); bytes.Equal(again, store) {
		t.Error("the trust store of an older bundle was kept")
	}
}
