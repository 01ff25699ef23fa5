package certs

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func load(t *testing.T, dir string) *CA {
	t.Helper()
	ca, err := LoadCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func TestLoadCAMakesOneAndKeepsIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	a := load(t, dir)
	if b := load(t, dir); !a.Certificate().Equal(b.Certificate()) {
		t.Error("the second start has another CA")
	}
	if _, ok := a.Certificate().PublicKey.(*ecdsa.PublicKey); !ok || !a.Certificate().IsCA {
		t.Errorf("key %T, CA %v", a.Certificate().PublicKey, a.Certificate().IsCA)
	}
	onDisk, err := os.ReadFile(a.CertPath())
	if err != nil || !bytes.Equal(onDisk, a.PEM()) {
		t.Errorf("ca.pem: %v", err)
	}
	if bytes.Contains(onDisk, []byte("PRIVATE")) {
		t.Error("the file for clients holds the key")
	}
	if runtime.GOOS == "windows" {
		return
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, keyFile): 0o600} {
		if fi, err := os.Stat(path); err != nil || fi.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v", path, fi.Mode(), err)
		}
	}
}

func TestLoadCAAtOnceFromManyProcesses(t *testing.T) {
	dir := t.TempDir()
	got := make([]*CA, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i], _ = LoadCA(dir) })
	}
	wg.Wait()
	for _, ca := range got {
		if ca == nil || !ca.Certificate().Equal(got[0].Certificate()) {
			t.Fatal("two starts made two CAs")
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files left: %v", left)
	}
}

func TestLoadCARefusesWhatIsBroken(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	load(t, one)
	load(t, two)
	a, _ := os.ReadFile(filepath.Join(one, keyFile))
	b, _ := os.ReadFile(filepath.Join(two, keyFile))
	key, cert := splitPEM(a)
	_, other := splitPEM(b)
	for name, raw := range map[string][]byte{
		"empty":    nil,
		"no key":   cert,
		"no cert":  key,
		"of two":   append(bytes.Clone(key), other...),
		"half key": a[20:],
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, keyFile), raw, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := LoadCA(dir)
			if err == nil || !strings.Contains(err.Error(), "remove the folder") {
				t.Errorf("got %v", err)
			}
			if kept, _ := os.ReadFile(filepath.Join(dir, keyFile)); !bytes.Equal(kept, raw) {
				t.Error("the broken file was changed")
			}
		})
	}
}

// splitPEM cuts a key file between its key and its certificate.
func splitPEM(raw []byte) (key, cert []byte) {
	_, rest := pem.Decode(raw)
	return raw[:len(raw)-len(rest)], rest
}
