package proxy

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// hostPattern matches a host, or all names below a suffix, on one or any port.
type hostPattern struct {
	host   string // lower case, without its suffix's dot
	suffix bool
	port   string // "" is any
}

// parseHostPattern reads "example.com", "*.example.com" (the names below
// example.com, not itself) or "*", each with an optional ":port".
func parseHostPattern(s string) (hostPattern, error) {
	host, port := s, ""
	if strings.HasPrefix(s, "[") || strings.Count(s, ":") == 1 {
		if h, p, err := net.SplitHostPort(s); err == nil {
			host, port = h, p
		}
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	p := hostPattern{host: host, port: port}
	if host == "*" {
		p.host, p.suffix = "", true
	} else if rest, ok := strings.CutPrefix(host, "*."); ok {
		p.host, p.suffix = rest, true
	}
	_, portErr := strconv.ParseUint(port, 10, 16)
	bad := p.host == "" && host != "*" || strings.ContainsAny(p.host, "*/ @") ||
		strings.Contains(p.host, ":") && net.ParseIP(p.host) == nil || port != "" && portErr != nil
	if bad {
		return p, fmt.Errorf("%q is no host: example.com, *.example.com or example.com:8443 is expected", s)
	}
	return p, nil
}

// match reports whether hostport, of which the port may be missing, is meant.
func (p hostPattern) match(hostport string) bool {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = hostport, ""
	}
	if p.port != "" && p.port != port {
		return false
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	switch {
	case !p.suffix:
		return host == p.host
	case p.host == "":
		return true
	}
	return strings.HasSuffix(host, "."+p.host)
}

func hostPatterns(texts []string) ([]hostPattern, error) {
	var all []hostPattern
	for _, text := range texts {
		p, err := parseHostPattern(text)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}
