package rules

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"httpwhy/inspector/exchange"
)

// cookieRefusal is why browsers do not store a cookie, "" if they do. The order
// is that of their checks: the first that fails is the reason.
type cookieRefusal string

const (
	refusedCharacters  cookieRefusal = "characters"
	refusedEmpty       cookieRefusal = "empty"
	refusedSize        cookieRefusal = "size"
	refusedDomain      cookieRefusal = "domain"
	refusedPrefix      cookieRefusal = "prefix"
	refusedPartitioned cookieRefusal = "partitioned"
	refusedSecure      cookieRefusal = "secure"
	refusedSameSite    cookieRefusal = "samesite"
	refusedCrossSite   cookieRefusal = "cross-site"
)

// storedCookie is a cookie of the response and what a browser makes of it.
type storedCookie struct {
	setCookie
	Refusal cookieRefusal
	// Detail says what exactly the check fails on.
	Detail string
}

// Cookies are those that the response sets, in the order of the wire.
func (c *Case) Cookies() []*storedCookie {
	return c.cookies.get(func() []*storedCookie {
		if !received(c.X) {
			return nil
		}
		var found []*storedCookie
		conn := c.cookieConnection()
		for _, line := range c.X.Response.Header.Values("Set-Cookie") {
			k := &storedCookie{setCookie: parseSetCookie(line)}
			c.judgeCookie(k, conn)
			if found = append(found, k); len(found) == maxCookies {
				break
			}
		}
		return found
	})
}

// maxCookies bounds the cookies of a response that are judged. Browsers keep
// about 180 of a site.
const maxCookies = 500

// setsCookies selects received responses that set cookies.
func setsCookies(x *exchange.Exchange) bool {
	return received(x) && x.Response.Header.Has("Set-Cookie")
}

// judgeCookie is the storage model of RFC 6265bis section 5.7 as far as one
// response decides it.
func (c *Case) judgeCookie(k *storedCookie, conn cookieConnection) {
	refuse := func(r cookieRefusal, detail string) { k.Refusal, k.Detail = r, detail }
	switch {
	case strings.ContainsFunc(k.Line, isControl) && k.control() != "":
		refuse(refusedCharacters, k.control())
	case k.Name == "" && k.Value == "":
		refuse(refusedEmpty, "")
	case len(k.Name)+len(k.Value) > maxCookie:
		refuse(refusedSize, "")
	case domainFault(&k.setCookie, conn.hosts) != "":
		refuse(refusedDomain, domainFault(&k.setCookie, conn.hosts))
	case prefixFault(&k.setCookie, conn) != "":
		refuse(refusedPrefix, prefixFault(&k.setCookie, conn))
	case k.Name == "" && strings.Contains(k.Value, "="):
		// It could not be told from a cookie with a name when it is sent.
		refuse(refusedEmpty, "")
	case k.Partitioned && (!k.Secure || !conn.trusted):
		refuse(refusedPartitioned, "")
	case k.Secure && !conn.trusted:
		refuse(refusedSecure, "")
	case k.SameSite == "none" && !k.Secure:
		refuse(refusedSameSite, "")
	case k.SameSite != "none" && c.crossSite() != "":
		refuse(refusedCrossSite, "")
	}
}

// control names the first control character in a name or value, which makes
// browsers drop a cookie; "" if there is none. Tabs around either are white
// space; within they count, in Chromium against RFC 6265bis.
func (k *setCookie) control() string {
	texts := []string{k.Name, k.Value}
	for _, a := range k.Attributes {
		texts = append(texts, a.Name, a.Value)
	}
	for _, s := range texts {
		if i := strings.IndexFunc(s, isControl); i >= 0 {
			return fmt.Sprintf("the control character U+%04X", s[i])
		}
	}
	return ""
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// cookieConnection is how the browser saw the server.
type cookieConnection struct {
	// trusted: by TLS, or on this very machine.
	trusted bool
	// hosts are the names by which the browser may know the server, in lower
	// case and without port: a gateway between may have another.
	hosts []string
}

// isAddress reports whether domain is the server's own IP address, which limits
// nothing.
func (k *cookieConnection) isAddress(domain string) bool {
	_, err := netip.ParseAddr(domain)
	return err == nil && len(k.hosts) > 0 && k.hosts[0] == domain
}

func (c *Case) cookieConnection() cookieConnection {
	u, h := c.URL(), c.X.Request.Header
	if u == nil {
		return cookieConnection{trusted: true}
	}
	k := cookieConnection{hosts: []string{cookieHost(u.Hostname())}}
	k.trusted = strings.EqualFold(u.Scheme, "https") || strings.EqualFold(u.Scheme, "wss") ||
		forwardedTLS(h) || loopbackName(k.hosts[0])
	for _, name := range h.List("X-Forwarded-Host") {
		if v, err := url.Parse("//" + name); err == nil {
			k.hosts = append(k.hosts, cookieHost(v.Hostname()))
		}
	}
	return k
}

// forwardedTLS reports whether a gateway says that the client came by TLS.
func forwardedTLS(h exchange.Header) bool {
	return strings.HasPrefix(strings.ToLower(h.Get("X-Forwarded-Proto")), "https") ||
		strings.EqualFold(h.Get("X-Forwarded-Ssl"), "on") ||
		strings.Contains(strings.ToLower(h.Get("Forwarded")), "proto=https")
}

// cookieHost spells a host the one way in which names are compared (RFC 6265bis
// section 5.1.2).
func cookieHost(host string) string {
	beyondASCII := func(r rune) bool { return r > '~' }
	if strings.ContainsFunc(host, beyondASCII) {
		if ascii, err := idna.Lookup.ToASCII(host); err == nil {
			host = ascii
		}
	}
	return strings.ToLower(host)
}

// loopbackName reports whether browsers trust the host without TLS (W3C Secure
// Contexts, "potentially trustworthy origin").
func loopbackName(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsLoopback()
	}
	host = strings.TrimSuffix(host, ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// domainFault says why none of the hosts may set a cookie for k's Domain, "" if
// one may.
func domainFault(k *setCookie, hosts []string) string {
	if !k.HasDomain || len(hosts) == 0 {
		return ""
	}
	fault := ""
	for i, host := range hosts {
		f := hostFault(k.Domain, host)
		if f == "" {
			return ""
		}
		if i == 0 {
			fault = f
		}
	}
	return fault
}

func hostFault(domain, host string) string {
	domain = cookieHost(domain)
	if domain == host {
		return "" // a public suffix may set a cookie for itself alone
	}
	_, err := netip.ParseAddr(host)
	_, err2 := netip.ParseAddr(strings.Trim(domain, "[]"))
	colon := strings.LastIndexByte(domain, ':')
	switch {
	case domain == "":
		return "it names no host"
	case colon > 0 && err2 != nil && hostFault(domain[:colon], host) == "":
		return "a Domain has no port"
	case strings.Contains(domain, "://") || strings.Contains(domain, "/"):
		return "a Domain is a host name, not a URL"
	case strings.Contains(domain, "*"):
		return "a Domain has no wildcard; it covers subdomains by itself"
	case strings.Contains(domain, ","):
		return "a Domain is one host name, not a list"
	case err == nil:
		return "the server is addressed by IP, and an IP address has no domain"
	case err2 == nil:
		return "an IP address is not a domain of " + host
	case strings.HasSuffix(domain, "."+host):
		return "a server may name its own host or a domain above it, not one below it"
	case !strings.HasSuffix(host, "."+domain):
		return host + " does not belong to it"
	}
	if suffix, _ := publicsuffix.PublicSuffix(domain); suffix == domain {
		return "everybody can register names below it (a public suffix)"
	}
	return ""
}

// prefixes are the names' prefixes that demand attributes (RFC 6265bis section
// 4.1.3; Http- and Host-Http- are an addition to it), longest first.
var prefixes = []struct {
	prefix         string
	host, httpOnly bool
}{
	{"__Host-Http-", true, true}, {"__Host-", true, false}, {"__Http-", false, true}, {"__Secure-", false, false},
}

// prefixFault says what the prefix of k's name demands and k lacks. Of a cookie
// without a name servers read the value as "name=value", so it counts too.
func prefixFault(k *setCookie, conn cookieConnection) string {
	name := k.Name
	if name == "" {
		name = k.Value
	}
	for _, p := range prefixes {
		if len(name) < len(p.prefix) || !strings.EqualFold(name[:len(p.prefix)], p.prefix) {
			continue
		}
		var missing []string
		add := func(fault bool, what string) {
			if fault {
				missing = append(missing, what)
			}
		}
		add(k.Name == "", "a name")
		add(!k.Secure, "Secure")
		add(!conn.trusted, "an https URL")
		add(p.httpOnly && !k.HTTPOnly, "HttpOnly")
		add(p.host && k.Path != "/", "Path=/")
		add(p.host && k.HasDomain && !conn.isAddress(k.Domain), "no Domain")
		if missing == nil {
			return ""
		}
		return p.prefix + " demands " + strings.Join(missing, ", ")
	}
	return ""
}

// site is the registrable domain of a URL with its scheme, by which browsers
// tell sites apart.
func site(u *url.URL) string {
	host := cookieHost(u.Hostname())
	if _, err := netip.ParseAddr(host); err != nil {
		if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
			host = domain
		}
	}
	return strings.ToLower(u.Scheme) + "://" + host
}

// crossSite says by what the request shows that a page of another site made it,
// as the name of a request field; "" if it does not, or if the user followed a
// link, which lets every cookie be set.
func (c *Case) crossSite() string {
	h, u := c.X.Request.Header, c.URL()
	if u == nil || !c.Browser() {
		return ""
	}
	if v := h.Get("Sec-Fetch-Site"); v != "" {
		if v != "cross-site" || h.Get("Sec-Fetch-Mode") == "navigate" && h.Get("Sec-Fetch-Dest") == "document" {
			return ""
		}
		return "Sec-Fetch-Site"
	}
	if h.Has("Upgrade-Insecure-Requests") || strings.HasPrefix(h.Get("Accept"), "text/html") {
		return ""
	}
	for _, name := range []string{"Origin", "Referer"} {
		from, err := url.Parse(h.Get(name))
		if err != nil || from.Host == "" {
			continue
		}
		if forwardedTLS(h) {
			from.Scheme = u.Scheme
		}
		if site(from) != site(u) {
			return name
		}
		return ""
	}
	return ""
}
