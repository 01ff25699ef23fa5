package proxy

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// closedPort is an address on which nothing listens: that of a client, so that
// nobody else gets its port to listen on.
func closedPort(t *testing.T) string {
	t.Helper()
	ln := listen(t)
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); ln.Close() })
	return client.LocalAddr().String()
}

// paths are the three ways of a request.
var paths = []struct {
	name, scheme string
	h2           bool
}{
	{"plain", "http", false},
	{"intercepted HTTP/1.1", "https", false},
	{"intercepted HTTP/2", "https", true},
}

func TestDeadUpstreamIsAnswered(t *testing.T) {
	for _, p := range paths {
		t.Run(p.name, func(t *testing.T) {
			l := newLab(t, nil)
			dead := closedPort(t)
			req, _ := http.NewRequest(http.MethodGet, p.scheme+"://"+dead+"/v1?x=1", nil)
			req.Header.Set("Origin", "https://app.test")
			resp, err := l.client(p.h2).Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusBadGateway || p.h2 != (resp.ProtoMajor == 2) {
				t.Errorf("%s %s", resp.Proto, resp.Status)
			}
			for name, want := range map[string]string{
				"Content-Type":                     "text/plain; charset=utf-8",
				"Proxy-Status":                     `httpwhy; error=connection_refused; details="connect to ` + dead + `: connection refused"`,
				"Access-Control-Allow-Origin":      "https://app.test",
				"Access-Control-Allow-Credentials": "true",
				"Vary":                             "Origin",
			} {
				if got := resp.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if !strings.Contains(string(body), "Nothing listens on "+dead) {
				t.Errorf("body %q", body)
			}
			x := l.next()
			if x.Failure == nil || x.Failure.Kind != exchange.ConnectRefused || !x.Synthetic || x.State != exchange.Failed || x.Status() != 502 {
				t.Errorf("recorded %s %v, synthetic %v, failure %+v", x.State, x.Response, x.Synthetic, x.Failure)
			}
			if x.URL != p.scheme+"://"+dead+"/v1?x=1" || string(x.Response.Body.Data) != string(body) {
				t.Errorf("recorded %s with %q", x.URL, x.Response.Body.Data)
			}
			l.stop()
			l.quiet()
		})
	}
}

func TestPreflightOfADeadUpstream(t *testing.T) {
	for _, p := range paths {
		l := newLab(t, nil)
		req, _ := http.NewRequest(http.MethodOptions, p.scheme+"://"+closedPort(t)+"/", nil)
		req.Header.Set("Origin", "https://app.test")
		req.Header.Set("Access-Control-Request-Method", "PUT")
		req.Header.Set("Access-Control-Request-Headers", "x-a,x-b")
		resp, err := l.client(p.h2).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		h := resp.Header
		if resp.StatusCode != http.StatusNoContent || h.Get("Access-Control-Allow-Methods") != "PUT" || h.Get("Access-Control-Allow-Headers") != "x-a,x-b" {
			t.Errorf("%s: %s %v", p.name, resp.Status, h)
		}
		if x := l.next(); x.Failure == nil || !x.Synthetic {
			t.Errorf("%s: recorded %+v", p.name, x)
		}
	}
}

func TestFailureCanClose(t *testing.T) {
	for _, p := range paths {
		l := newLab(t, func(c *Config) { c.OnFailureClose = true })
		resp, err := l.client(p.h2).Get(p.scheme + "://" + closedPort(t) + "/")
		if err == nil {
			resp.Body.Close()
			t.Errorf("%s: answered %s", p.name, resp.Status)
		}
		if x := l.next(); x.Failure == nil || x.Failure.Kind != exchange.ConnectRefused || x.Response != nil && x.Mode != exchange.Tunnel {
			t.Errorf("%s: recorded %+v", p.name, x)
		}
	}
}

// faults are origins that fail, by the case of go-errors.json that they rebuild.
var faults = []struct {
	name  string
	serve func(c net.Conn)
	kind  exchange.FailureKind
	// status is 502 or 504 for an answer of ours, else what the client gets.
	status int
	peer   exchange.Peer
}{
	{"reset-after-request", func(c net.Conn) { resetAll(c) }, exchange.ConnectionReset, 502, exchange.ServerPeer},
	{"close-no-response(EOF)", func(net.Conn) {}, exchange.EmptyReply, 502, exchange.ServerPeer},
	{"hang-header-timeout", func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }, exchange.ResponseTimeout, 504, exchange.ServerPeer},
	{"garbage", say("garbage garbage garbage\r\n\r\n"), exchange.MalformedResponse, 502, exchange.ServerPeer},
	{"ssh", say("SSH-2.0-OpenSSH_9.2\r\n"), exchange.MalformedResponse, 502, exchange.ServerPeer},
	{"hdr-nocolon", say("HTTP/1.1 200 OK\r\nBadHeader\r\n\r\n"), exchange.MalformedResponse, 502, exchange.ServerPeer},
	{"hdr-nul", say("HTTP/1.1 200 OK\r\nX-A: b\x00c\r\n\r\n"), exchange.MalformedResponse, 502, exchange.ServerPeer},
	{"cl-dup-diff", say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi"), exchange.ContentLengthConflict, 502, exchange.ServerPeer},
	{"cl-neg", say("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhi"), exchange.ContentLengthConflict, 502, exchange.ServerPeer},
	{"te-unknown", say("HTTP/1.1 200 OK\r\nTransfer-Encoding: foo\r\n\r\nhi"), exchange.MalformedResponse, 502, exchange.ServerPeer},
	{"header-only-then-close", say("HTTP/1.1 200 OK\r\nX-A"), exchange.ResponseHeadTruncated, 502, exchange.ServerPeer},
	{"closed in the version", say("HT"), exchange.ResponseHeadTruncated, 502, exchange.ServerPeer},
	{"100-then-close", say("HTTP/1.1 100 Continue\r\n\r\n"), exchange.EmptyReply, 502, exchange.ServerPeer},
	{"cl-long", say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"), exchange.BodyTruncated, 200, exchange.ServerPeer},
	{"chunk-incomplete", say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), exchange.BodyTruncated, 200, exchange.ServerPeer},
	{"chunk-bad", say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello"), exchange.ChunkedInvalid, 200, exchange.ServerPeer},
	{"reset-in-body", func(c net.Conn) {
		say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")(c)
		resetAll(c)
	}, exchange.ConnectionReset, 0, exchange.ServerPeer},
	{"reset in the head", func(c net.Conn) {
		say("HTTP/1.1 200 OK\r\nContent-Le")(c)
		resetAll(c)
	}, exchange.ConnectionReset, 502, exchange.ServerPeer},
	{"hdr-huge-11MB", say("HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("a", 11<<20) + "\r\n\r\n"), exchange.ResponseHeadTooLarge, 502, exchange.ServerPeer},
}

func say(s string) func(net.Conn) { return func(c net.Conn) { _, _ = io.WriteString(c, s) } }

func TestPlainFailuresAreNamed(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			l := newLab(t, func(c *Config) {
				if f.kind == exchange.ResponseTimeout {
					c.Timeouts.ResponseHead = 50 * time.Millisecond
				}
			})
			origin := rawOrigin(t, nil, func(c net.Conn, br *bufio.Reader) {
				_, _ = http.ReadRequest(br)
				f.serve(c)
			})
			resp, err := l.client(false).Get("http://" + origin + "/")
			if err == nil {
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if f.status != 0 && resp.StatusCode != f.status {
					t.Errorf("answered %s, want %d", resp.Status, f.status)
				}
			} else if f.status != 0 {
				t.Error(err)
			}
			x := l.next()
			if x.Failure == nil || x.Failure.Kind != f.kind || x.Failure.Peer != f.peer {
				t.Errorf("recorded %+v, want %s", x.Failure, f.kind)
			}
			if x.Synthetic != (f.status >= 500) {
				t.Errorf("synthetic %v", x.Synthetic)
			}
			l.quiet()
		})
	}
}

func TestInterceptedHangUpIsAnswered(t *testing.T) {
	for name, end := range map[string]func(net.Conn){
		"close": func(net.Conn) {},
		"reset": func(c net.Conn) { resetAll(c) },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, nil)
			origin := rawOrigin(t, originTLSConfig(), func(c net.Conn, br *bufio.Reader) {
				_, _ = http.ReadRequest(br)
				end(c)
			})
			resp, err := l.client(false).Get("https://" + origin + "/")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			x := l.next()
			if resp.StatusCode != http.StatusBadGateway || !x.Synthetic || x.Failure == nil || x.Failure.Peer != exchange.ServerPeer {
				t.Errorf("answered %s, recorded %+v", resp.Status, x.Failure)
			}
		})
	}
}

// TestReusedConnectionEndsAsTheOriginEndsIt: clients repeat a request that
// crossed the close of an idle connection; a 502 would keep them from it.
func TestReusedConnectionEndsAsTheOriginEndsIt(t *testing.T) {
	l := newLab(t, nil)
	origin := rawOrigin(t, originTLSConfig(), func(c net.Conn, br *bufio.Reader) {
		_, _ = http.ReadRequest(br)
		say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(c)
		_, _ = http.ReadRequest(br)
	})
	client := l.client(false)
	for i := range 2 { // the second needs a second connection
		resp, err := client.Get("https://" + origin + "/")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("request %d: %s", i, resp.Status)
		}
	}
}

func TestOriginCertificatesAreJudged(t *testing.T) {
	intermediate := newAuthority("lab intermediate", originCA())
	past := func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour)
	}
	future := func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(24*time.Hour), time.Now().Add(48*time.Hour)
	}
	one := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	other := newAuthority("other CA", nil)
	for _, test := range []struct {
		name   string
		origin *tls.Config
		kind   exchange.FailureKind
		says   string
	}{
		{"tls-good", one(leafFor(originCA(), nil)), "", ""},
		{"tls-expired", one(leafFor(originCA(), past)), exchange.TLSExpired, "expired at"},
		{"tls-not-yet-valid", one(leafFor(originCA(), future)), exchange.TLSNotYetValid, "not valid before"},
		{
			"tls-wrong-host", one(leafFor(originCA(), func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = []string{"other.test"}, nil })),
			exchange.TLSWrongHost, "is for other.test, not for localhost",
		},
		{
			"tls-no-san", one(leafFor(originCA(), func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, nil })),
			exchange.TLSWrongHost, `common name "lab origin" does not count`,
		},
		{"tls-unknown-ca", one(leafFor(other, nil)), exchange.TLSUnknownCA, "CN=other CA"},
		{"tls-self-signed", one(leafFor(nil, nil)), exchange.TLSSelfSigned, "self-signed"},
		{
			"tls-incomplete-chain", one(leafFor(intermediate, func(c *x509.Certificate) {
				c.IssuingCertificateURL = []string{"http://ca.test/intermediate.crt"}
			})), exchange.TLSIncompleteChain, `"CN=lab intermediate"`,
		},
		{"tls-server-max-1.1", &tls.Config{Certificates: one(leafFor(originCA(), nil)).Certificates, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, exchange.TLSVersion, ""},
		{"tls-client-cert-required", &tls.Config{Certificates: one(leafFor(originCA(), nil)).Certificates, ClientAuth: tls.RequireAnyClientCert}, exchange.TLSClientCertRequired, ""},
		{"tls-client-cert-required-1.2", &tls.Config{Certificates: one(leafFor(originCA(), nil)).Certificates, ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}, exchange.TLSClientCertRequired, ""},
		{"tls-no-shared-cipher", &tls.Config{
			Certificates: one(leafFor(originCA(), nil)).Certificates, MaxVersion: tls.VersionTLS12,
			CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		}, exchange.TLSHandshake, "alert 40"},
		{"tls-sni-unrecognized", &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return nil, io.ErrNoProgress
		}}, exchange.TLSHandshake, "internal error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t, nil)
			origin := rawOrigin(t, test.origin, func(c net.Conn, br *bufio.Reader) {
				if _, err := http.ReadRequest(br); err == nil {
					say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(c)
				}
			})
			resp, err := l.client(false).Get("https://" + origin + "/")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			x := l.next()
			switch {
			case test.kind == "":
				if x.Failure != nil || resp.StatusCode != http.StatusOK || !x.Server.TLS.Verified || len(x.Server.TLS.Chain) != 1 {
					t.Errorf("answered %s, recorded %+v, %+v", resp.Status, x.Failure, x.Server.TLS)
				}
			case x.Failure == nil || x.Failure.Kind != test.kind || !strings.Contains(x.Failure.Message, test.says):
				t.Errorf("recorded %+v, want %s with %q", x.Failure, test.kind, test.says)
			case resp.StatusCode != http.StatusBadGateway || !x.Synthetic:
				t.Errorf("answered %s", resp.Status)
			}
		})
	}
}

func TestInsecureGoesOn(t *testing.T) {
	l := newLab(t, func(c *Config) { c.Insecure = true })
	origin := rawOrigin(t, &tls.Config{Certificates: []tls.Certificate{leafFor(nil, nil)}}, func(c net.Conn, br *bufio.Reader) {
		_, _ = http.ReadRequest(br)
		say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(c)
	})
	resp, err := l.client(false).Get("https://" + origin + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if x := l.next(); resp.StatusCode != http.StatusOK || x.Server.TLS.Verified || len(x.Server.TLS.Chain) == 0 {
		t.Errorf("answered %s, recorded %+v", resp.Status, x.Server.TLS)
	}
}

func TestNotTLSBehindHTTPS(t *testing.T) {
	for name, greeting := range map[string]string{
		"https-to-http-port": "HTTP/1.1 400 Bad Request\r\n\r\n",
		"https-to-ssh":       "SSH-2.0-OpenSSH_9.2\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, nil)
			origin := rawOrigin(t, nil, func(c net.Conn, br *bufio.Reader) {
				_, _ = br.ReadByte()
				say(greeting)(c)
				_, _ = io.Copy(io.Discard, br)
			})
			resp, err := l.client(true).Get("https://" + origin + "/")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if x := l.next(); x.Failure == nil || x.Failure.Kind != exchange.TLSNotTLS || len(x.Failure.Excerpt) == 0 {
				t.Errorf("recorded %+v", x.Failure)
			}
		})
	}
}
