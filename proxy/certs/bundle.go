package certs

import (
	"bytes"
	"os"
	"path/filepath"
)

// rootFiles are where systems keep their roots in one PEM file.
var rootFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch, Alpine
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, RHEL
	"/etc/pki/tls/certs/ca-bundle.crt",                  // older Fedora, RHEL
	"/etc/ssl/ca-bundle.pem",                            // openSUSE
	"/etc/ssl/cert.pem",                                 // macOS, FreeBSD, OpenBSD
	"/etc/pki/tls/cacert.pem",                           // OpenELEC
	"/usr/local/share/certs/ca-root-nss.crt",            // FreeBSD port
	"/opt/homebrew/etc/ca-certificates/cert.pem",        // Homebrew
	"/usr/local/etc/ca-certificates/cert.pem",           // Homebrew on Intel
}

// systemRoots returns the system's root certificates in PEM and the file they
// come from, "" if none was found. The file own, which we write, is not a
// source: SSL_CERT_FILE may point to it in a shell that runs through httpwhy.
func systemRoots(own string) (roots []byte, from string) {
	for _, path := range append([]string{os.Getenv("SSL_CERT_FILE")}, rootFiles...) {
		if path == "" || sameFile(path, own) {
			continue
		}
		raw, err := os.ReadFile(path)
		if err == nil && bytes.Contains(raw, []byte("-----BEGIN CERTIFICATE-----")) {
			return raw, path
		}
	}
	return nil, ""
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX != nil || errY != nil {
		return filepath.Clean(a) == filepath.Clean(b)
	}
	return os.SameFile(x, y)
}

// bundle joins PEM texts, each on lines of its own.
func bundle(roots, own []byte) []byte {
	if len(roots) == 0 {
		return own
	}
	return append(append(bytes.TrimRight(bytes.Clone(roots), "\r\n"), '\n'), own...)
}
