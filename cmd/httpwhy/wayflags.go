package main

import (
	"crypto/tls"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"httpwhy/proxy"
)

// wayFlags are the flags about the way of requests: from whom they are taken,
// where they are sent, and which are left alone.
type wayFlags struct {
	upstreamProxy string
	clientCerts   []string
	ignore        []string
	reverse       string
	keepHost      bool
	proxyAuth     string
}

func (f *wayFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&f.upstreamProxy, "upstream-proxy", "", "reach servers through the proxy at `URL`: http://host:port or socks5://host:port")
	fs.StringArrayVar(&f.clientCerts, "client-cert", nil, "present the certificate and key in a PEM file to a host: `HOST=FILE` (repeatable)")
	fs.StringArrayVar(&f.ignore, "ignore", nil, "pass a `host` through unread: example.com, *.example.com or host:port (repeatable)")
	fs.StringVar(&f.reverse, "reverse", "", "stand in front of the server at `URL`, for clients that use no proxy")
	fs.BoolVar(&f.keepHost, "keep-host", false, "with --reverse: leave the Host field as the client sent it")
	fs.StringVar(&f.proxyAuth, "proxy-auth", "", "`user:password` that clients must send; needed if --listen is not on loopback")
}

// config puts the flags into c. Its errors are those of usage.
func (f *wayFlags) config(c *proxy.Config) (err error) {
	if c.UpstreamProxy, err = urlFlag("--upstream-proxy", f.upstreamProxy, "http://host:port or socks5://host:port"); err != nil {
		return err
	}
	if c.Reverse, err = urlFlag("--reverse", f.reverse, "http://host:port or https://host:port"); err != nil {
		return err
	}
	if f.keepHost && f.reverse == "" {
		return usagef("--keep-host goes with --reverse")
	}
	c.Ignore, c.KeepHost, c.ProxyAuth = f.ignore, f.keepHost, f.proxyAuth
	for _, value := range f.clientCerts {
		host, file, ok := strings.Cut(value, "=")
		if !ok || host == "" || file == "" {
			return usagef("--client-cert wants HOST=FILE, not %q", value)
		}
		pem, err := os.ReadFile(file)
		if err != nil {
			return usagef("read --client-cert: %w", err)
		}
		pair, err := tls.X509KeyPair(pem, pem)
		if err != nil {
			return usagef("--client-cert wants a PEM file with a certificate and its key: %s: %w", file, err)
		}
		if c.ClientCertificates == nil {
			c.ClientCertificates = make(map[string]tls.Certificate)
		}
		c.ClientCertificates[host] = pair
	}
	if err := c.Check(); err != nil {
		return usagef("%w", err)
	}
	return nil
}

// urlFlag reads a URL. A password in it is not repeated.
func urlFlag(name, value, form string) (*url.URL, error) {
	if value == "" {
		return nil, nil //nolint:nilnil // not given
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		return nil, usagef("%s wants %s", name, form)
	}
	return u, nil
}

// unixPrefix marks a --listen that is the path of a Unix socket.
const unixPrefix = "unix:"

// checkListen refuses an address that others could use without a password.
func (f *recordFlags) checkListen() error {
	host, _, err := net.SplitHostPort(f.listen)
	if f.listen == "" || strings.HasPrefix(f.listen, unixPrefix) || err != nil || f.way.proxyAuth != "" {
		return nil
	}
	if ip := net.ParseIP(host); strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback() {
		return nil
	}
	return usagef("--listen %s can be reached from other machines: give --proxy-auth user:password with it, or listen on 127.0.0.1", f.listen)
}

// credentials are those of --proxy-auth, nil if there are none.
func (f *wayFlags) credentials() *url.Userinfo {
	user, password, ok := strings.Cut(f.proxyAuth, ":")
	if !ok {
		return nil
	}
	return url.UserPassword(user, password)
}
