package certs

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
)

func TestBundleHoldsTheSystemRootsAndOurs(t *testing.T) {
	dir := t.TempDir()
	other := load(t, t.TempDir())
	roots := filepath.Join(dir, "roots.pem")
	// Without a line end, as some files are.
	if err := os.WriteFile(roots, bytes.TrimSpace(other.PEM()), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", roots)
	ca := load(t, dir)
	raw, err := os.ReadFile(ca.BundlePath())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(raw)
	want := x509.NewCertPool()
	want.AddCert(other.Certificate())
	want.AddCert(ca.Certificate())
	if !pool.Equal(want) {
		t.Errorf("bundle:\n%s", raw)
	}
	if ca.Notice() != "" {
		t.Errorf("notice %q", ca.Notice())
	}
}

func TestBundleIsNotItsOwnSource(t *testing.T) {
	ca := load(t, t.TempDir())
	t.Setenv("SSL_CERT_FILE", ca.BundlePath())
	if _, from := systemRoots(ca.BundlePath()); from == ca.BundlePath() {
		t.Error("the bundle was read as the system's roots")
	}
}

func TestMissingRootsGiveANotice(t *testing.T) {
	saved := rootFiles
	rootFiles = nil
	defer func() { rootFiles = saved }()
	t.Setenv("SSL_CERT_FILE", "")
	if ca := load(t, t.TempDir()); ca.Notice() == "" {
		t.Error("no notice")
	}
}
