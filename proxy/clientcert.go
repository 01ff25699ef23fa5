package proxy

import (
	"cmp"
	"crypto/tls"
	"maps"
	"net"
	"slices"
)

// clientCertificate is what we present to some hosts.
type clientCertificate struct {
	pattern hostPattern
	cert    *tls.Certificate
}

// clientCertificates are sorted so that the most exact pattern comes first.
func clientCertificates(byPattern map[string]tls.Certificate) ([]clientCertificate, error) {
	var all []clientCertificate
	for _, text := range slices.Sorted(maps.Keys(byPattern)) {
		p, err := parseHostPattern(text)
		if err != nil {
			return nil, err
		}
		cert := byPattern[text]
		all = append(all, clientCertificate{p, &cert})
	}
	slices.SortStableFunc(all, func(a, b clientCertificate) int {
		return cmp.Compare(b.pattern.exactness(), a.pattern.exactness())
	})
	return all, nil
}

// exactness orders patterns: a host before a suffix, a longer one before a
// shorter one, one with a port before one without.
func (p hostPattern) exactness() int {
	n := 2 * len(p.host)
	if p.port != "" {
		n++
	}
	if !p.suffix {
		n += 1 << 10
	}
	return n
}

// clientCertificate is what is presented to addr (host:port), which was asked
// for as serverName; nil if nothing is.
func (s *Server) clientCertificate(addr, serverName string) *tls.Certificate {
	_, port, _ := net.SplitHostPort(addr)
	for _, c := range s.certificates {
		if c.pattern.match(addr) || serverName != "" && c.pattern.match(net.JoinHostPort(serverName, port)) {
			return c.cert
		}
	}
	return nil
}
