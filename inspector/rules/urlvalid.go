package rules

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// validURL reports whether a browser's URL parser takes s without a base (URL
// Standard). It needs no authority: page.test:8080 is a URL with the scheme
// "page.test".
func validURL(s string) bool {
	s = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }))
	colon := strings.IndexByte(s, ':')
	if colon < 1 || !isScheme(s[:colon]) {
		return false
	}
	scheme, rest := strings.ToLower(s[:colon]), s[colon+1:]
	switch scheme {
	case "http", "https", "ws", "wss", "ftp":
		host, port := authority(strings.TrimLeft(rest, `/\`), `/\?#`)
		return host != "" && validPort(port) && validDomain(host)
	case "file":
		rest, slashes := cutSlashes(rest)
		if slashes < 2 {
			return true
		}
		end := strings.IndexAny(rest, `/\?#`)
		if end < 0 {
			end = len(rest)
		}
		host := rest[:end]
		return host == "" || len(host) == 2 && (host[1] == ':' || host[1] == '|') || validDomain(host)
	}
	rest, ok := strings.CutPrefix(rest, "//")
	if !ok {
		return true // an opaque path
	}
	host, port := authority(rest, "/?#")
	if host == "" {
		// Neither a port nor a user name stands without a host.
		return rest == "" || strings.IndexByte("/?#", rest[0]) >= 0
	}
	return validPort(port) && validOpaqueHost(host)
}

func isScheme(s string) bool {
	for i := range len(s) {
		switch c := s[i] | 0x20; {
		case 'a' <= c && c <= 'z':
		case i > 0 && ('0' <= s[i] && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.'):
		default:
			return false
		}
	}
	return s != ""
}

// cutSlashes cuts at most two slashes off the front of a file URL's rest.
func cutSlashes(s string) (rest string, slashes int) {
	for slashes < 2 && slashes < len(s) && (s[slashes] == '/' || s[slashes] == '\\') {
		slashes++
	}
	return s[slashes:], slashes
}

// authority splits what stands before the first of the ends into host and port.
// The port is "" if there is none or an empty one.
func authority(s, ends string) (host, port string) {
	if i := strings.IndexAny(s, ends); i >= 0 {
		s = s[:i]
	}
	s = s[strings.LastIndexByte(s, '@')+1:]
	i := strings.LastIndexByte(s, ':')
	if i < 0 || i < strings.LastIndexByte(s, ']') {
		return s, ""
	}
	return s[:i], s[i+1:]
}

func validPort(s string) bool {
	if s == "" {
		return true
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	n, err := strconv.Atoi(s)
	return err == nil && n <= 0xffff
}

// toASCII is the processing of domains of the URL Standard, which is not
// strict: it takes underscores and any length.
var toASCII = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckJoiners(true), idna.StrictDomainName(false), idna.CheckHyphens(false), idna.VerifyDNSLength(false), idna.Transitional(false))

// validDomain is for the hosts of special schemes: a domain or an IP address.
// Chromium takes spaces that are escaped and any Punycode, against the standard.
func validDomain(host string) bool {
	if host[0] == '[' {
		return validIPv6(host)
	}
	host, err := url.PathUnescape(host)
	if err != nil || host == "" {
		return false
	}
	if !isASCII(host) {
		if host, err = toASCII.ToASCII(host); err != nil || host == "" {
			return false
		}
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(`#/:<>?@[\]^|%`, r) }) {
		return false
	}
	return validIPv4(host)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// validOpaqueHost is for the hosts of other schemes.
func validOpaqueHost(host string) bool {
	if host[0] == '[' {
		return validIPv6(host)
	}
	return !strings.ContainsFunc(host, func(r rune) bool { return r == 0 || strings.ContainsRune("\t\n\r #/:<>?@[\\]^|", r) })
}

func validIPv6(host string) bool {
	inner, ok := strings.CutSuffix(host[1:], "]")
	a, err := netip.ParseAddr(inner)
	return ok && err == nil && a.Is6() && a.Zone() == ""
}

// validIPv4 reports whether a host that ends in a number is an IPv4 address, of
// up to four numbers in decimal, octal or hexadecimal. Other hosts are none and
// fine.
func validIPv4(host string) bool {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := parts[len(parts)-1]
	if _, ok := ipv4Number(last); !ok && !allDigits(last) {
		return true
	}
	if len(parts) > 4 {
		return false
	}
	for i, p := range parts {
		limit := uint64(255)
		if i == len(parts)-1 {
			limit = 1<<(8*(5-len(parts))) - 1
		}
		if n, ok := ipv4Number(p); !ok || n > limit {
			return false
		}
	}
	return true
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func ipv4Number(s string) (uint64, bool) {
	base := 10
	switch {
	case s == "":
		return 0, false
	case len(s) >= 2 && s[0] == '0' && s[1]|0x20 == 'x':
		if s, base = s[2:], 16; s == "" {
			return 0, true
		}
	case len(s) >= 2 && s[0] == '0':
		s, base = s[1:], 8
	}
	if s[0] == '+' || s[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, base, 64)
	if err != nil && strings.Contains(err.Error(), "range") {
		return 1 << 63, true
	}
	return n, err == nil
}
