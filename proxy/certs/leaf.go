package certs

import (
	"container/list"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

const (
	// leafLifetime stays below the 200 days that browsers accept of public
	// leaves, its backdating included.
	leafLifetime = 199 * 24 * time.Hour
	// leafRenewal: a leaf this close to its end is made anew.
	leafRenewal = 24 * time.Hour
	// maxLeaves bounds the memory of a client that asks for ever new names.
	maxLeaves = 1000
	// maxCommonName is ub-common-name of RFC 5280 appendix A.1.
	maxCommonName = 64
)

// leaves are the certificates in use, the latest used first.
type leaves struct {
	mu     sync.Mutex
	byName map[string]*list.Element
	recent list.List
	key    *ecdsa.PrivateKey
}

// leaf is one certificate; ready is closed when it is made, so that a name is
// signed once however many connections ask for it at the same time.
type leaf struct {
	name  string
	ready chan struct{}
	cert  *tls.Certificate
	err   error
}

// Leaf returns a certificate for name, a host name or an IP address, with its
// key. At most 1,000 are kept.
func (ca *CA) Leaf(name string) (*tls.Certificate, error) {
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if name == "" {
		return nil, errors.New("a certificate needs a name")
	}
	l, mine := ca.leaves.get(name, time.Now())
	if mine {
		l.cert, l.err = ca.mint(name, time.Now())
		close(l.ready)
		if l.err != nil {
			ca.leaves.drop(l)
		}
	}
	<-l.ready
	return l.cert, l.err
}

// get returns the leaf for name; mine says that the caller must make it.
func (s *leaves) get(name string, now time.Time) (l *leaf, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName == nil {
		s.byName = make(map[string]*list.Element)
	}
	if e := s.byName[name]; e != nil {
		l = e.Value.(*leaf)
		if !l.ending(now) {
			s.recent.MoveToFront(e)
			return l, false
		}
		s.remove(e)
	}
	l = &leaf{name: name, ready: make(chan struct{})}
	s.byName[name] = s.recent.PushFront(l)
	if s.recent.Len() > maxLeaves {
		s.remove(s.recent.Back())
	}
	return l, true
}

func (l *leaf) ending(now time.Time) bool {
	select {
	case <-l.ready:
		return l.cert != nil && now.After(l.cert.Leaf.NotAfter.Add(-leafRenewal))
	default:
		return false
	}
}

func (s *leaves) drop(l *leaf) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byName[l.name]; e != nil && e.Value == l {
		s.remove(e)
	}
}

func (s *leaves) remove(e *list.Element) {
	delete(s.byName, s.recent.Remove(e).(*leaf).name)
}

// sharedKey is the one key of all leaves: making one per name costs time and
// protects nothing, since whoever reads our memory has the CA's.
func (s *leaves) sharedKey() (*ecdsa.PrivateKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key == nil {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("make the key of the leaf certificates: %w", err)
		}
		s.key = key
	}
	return s.key, nil
}

func (ca *CA) mint(name string, now time.Time) (*tls.Certificate, error) {
	key, err := ca.leaves.sharedKey()
	if err != nil {
		return nil, err
	}
	serial, err := serialNumber()
	if err != nil {
		return nil, err
	}
	from := now.Add(-backdate)
	if from.Before(ca.cert.NotBefore) {
		from = ca.cert.NotBefore
	}
	until := from.Add(leafLifetime)
	if until.After(ca.cert.NotAfter) {
		until = ca.cert.NotAfter
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		NotBefore:    from, NotAfter: until,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if len(name) <= maxCommonName {
		template.Subject = pkix.Name{CommonName: name}
	}
	// A zone is of this machine alone and no part of an address in a certificate.
	addr, _, _ := strings.Cut(name, "%")
	if ip := net.ParseIP(addr); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key.Public(), ca.key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", name, err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", name, err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: parsed}, nil
}
