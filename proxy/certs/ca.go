// Package certs makes the certificates with which httpwhy reads TLS: an own
// certificate authority, made at first start, and leaves for the names that
// clients ask for.
package certs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// The files of a CA folder.
const (
	// keyFile holds key and certificate together, so that one atomic step makes
	// a CA even if two processes start at once.
	keyFile    = "ca-key.pem"
	certFile   = "ca.pem"
	bundleFile = "ca-bundle.pem"
)

const (
	// caLifetime is that of roots for local use; trusting one anew is a chore.
	caLifetime = 10 * 365 * 24 * time.Hour
	// backdate covers clients whose clock is a little slow, as in a virtual
	// machine after a pause.
	backdate = 24 * time.Hour
)

// CA is a certificate authority. Its methods may be called from any goroutine.
type CA struct {
	dir    string
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	leaves leaves
	notice string
}

// LoadCA reads the CA in the folder dir, or makes one there at first start: an
// ECDSA P-256 key (mode 0600 in a folder of mode 0700) and a certificate for ten
// years. It also writes the certificate alone and the bundle for clients.
func LoadCA(dir string) (*CA, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the CA folder: %w", err)
	}
	path := filepath.Join(dir, keyFile)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the CA key: %w", err)
	}
	ca, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("the CA in %s is not usable (%w): remove the folder to have a new one made, which clients must then trust", dir, err)
	}
	ca.dir = dir
	// A key that others can read lets them impersonate every site to us.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, fmt.Errorf("protect the CA key: %w", err)
	}
	return ca, ca.export()
}

// create writes a new CA to path and returns the contents of the file, which is
// another process's if that was faster.
func create(path string) ([]byte, error) {
	raw, err := generate(time.Now())
	if err != nil {
		return nil, err
	}
	tmp, err := writeTemp(path, raw, 0o600)
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp) //nolint:errcheck // it may have been renamed already
	// A link fails if the file exists, a rename would replace it. Some file
	// systems have no links.
	err = os.Link(tmp, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(tmp, path)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// generate makes key and certificate of a CA, in PEM.
func generate(now time.Time) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the CA key: %w", err)
	}
	serial, err := serialNumber()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		// The number tells this CA from an older one in a trust store.
		Subject: pkix.Name{
			Organization: []string{"httpwhy"},
			CommonName:   "httpwhy CA " + hex.EncodeToString(serial.Bytes()[:4]),
		},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(caLifetime),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make the CA certificate: %w", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the CA key: %w", err)
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...), nil
}

// parse reads key and certificate and checks that they can sign leaves.
func parse(raw []byte) (*CA, error) {
	ca := &CA{}
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "PRIVATE KEY":
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return nil, err
			}
			ca.key, _ = key.(*ecdsa.PrivateKey)
		case "CERTIFICATE":
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, err
			}
			ca.cert = cert
		}
	}
	switch {
	case ca.key == nil:
		return nil, errors.New("it has no ECDSA key")
	case ca.cert == nil:
		return nil, errors.New("it has no certificate")
	case !ca.cert.IsCA:
		return nil, errors.New("its certificate is not a CA's")
	case !ca.key.PublicKey.Equal(ca.cert.PublicKey):
		return nil, errors.New("key and certificate do not belong together")
	case time.Now().After(ca.cert.NotAfter):
		return nil, fmt.Errorf("it expired on %s", ca.cert.NotAfter.Format(time.DateOnly))
	}
	return ca, nil
}

// Certificate is the CA's certificate, which clients must trust.
func (ca *CA) Certificate() *x509.Certificate { return ca.cert }

// PEM is the CA's certificate in PEM.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw})
}

// CertPath is the file with the CA's certificate in PEM.
func (ca *CA) CertPath() string { return filepath.Join(ca.dir, certFile) }

// BundlePath is the file with the system's roots and the CA's certificate in
// PEM, for clients that replace their trust store by a file (SSL_CERT_FILE,
// REQUESTS_CA_BUNDLE and the like).
func (ca *CA) BundlePath() string { return filepath.Join(ca.dir, bundleFile) }

// Notice says in one sentence what the user should know about the bundle, ""
// if all is well.
func (ca *CA) Notice() string { return ca.notice }

// export writes the certificate and the bundle where they are not as they
// should be: the system's roots change with updates.
func (ca *CA) export() error {
	if err := writeIfChanged(ca.CertPath(), ca.PEM()); err != nil {
		return fmt.Errorf("write the CA certificate: %w", err)
	}
	roots, from := systemRoots(ca.BundlePath())
	if from == "" {
		ca.notice = "no file with the system's root certificates was found: clients that use " +
			ca.BundlePath() + " trust only what passes through httpwhy"
	}
	if err := writeIfChanged(ca.BundlePath(), bundle(roots, ca.PEM())); err != nil {
		return fmt.Errorf("write the CA bundle: %w", err)
	}
	return nil
}

func writeIfChanged(path string, want []byte) error {
	if got, err := os.ReadFile(path); err == nil && bytes.Equal(got, want) {
		return nil
	}
	tmp, err := writeTemp(path, want, 0o644)
	if err != nil {
		return err
	}
	// Renamed into place: a client must never read half a bundle.
	if err := os.Rename(tmp, path); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return nil
}

// writeTemp writes data to a new file beside path and returns its name.
func writeTemp(path string, data []byte, mode fs.FileMode) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// serialNumber returns a random number of 127 bits, as RFC 5280 section 4.1.2.2
// and the CA/Browser Forum's baseline requirements want it.
func serialNumber() (*big.Int, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return nil, fmt.Errorf("make a serial number: %w", err)
	}
	b[0] = b[0]&0x7f | 0x40
	return new(big.Int).SetBytes(b), nil
}
