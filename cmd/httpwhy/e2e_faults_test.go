package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"httpwhy/inspector/exchange"
)

// scripted is an origin server that reads a request and then does as it is
// told. It serves cleartext if secure is nil.
func scripted(t *testing.T, secure *tls.Config, script func(net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			raw, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer raw.Close()
				c := raw
				if secure != nil {
					c = tls.Server(raw, secure)
				}
				if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					script(c)
				}
				c.Close()
			}()
		}
	}()
	return l.Addr().String()
}

func says(s string) func(net.Conn) { return func(c net.Conn) { io.WriteString(c, s) } }

// resets ends a connection by a reset.
func resets(c net.Conn) {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// curlExit is the code with which curl ended, and what it wrote of a body.
func curlExit(t *testing.T, args ...string) (code int, body string) {
	t.Helper()
	out, err := command(t, "curl", append([]string{"-sS", "--http1.1"}, args...)...)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if exit != nil {
		code = exit.ExitCode()
	}
	return code, out
}

// Exit codes of curl.
const (
	curlWeirdReply   = 1 // HTTP/0.9, which it does not take
	curlPartialFile  = 18
	curlTimeout      = 28
	curlEmptyReply   = 52
	curlReceiveError = 56
	curlPeerNotTrust = 60
)

// fault is an origin server that fails after the request.
type fault struct {
	name   string
	script func(net.Conn)
	// direct is the code with which curl ends without a proxy.
	direct int
	// head: a response head reaches the client. wire: any bytes do.
	head, wire bool
	kind       exchange.FailureKind
	rule       string
}

var faults = []fault{
	{"close", func(net.Conn) {}, curlEmptyReply, false, false, exchange.EmptyReply, "empty-reply"},
	{"reset", resets, curlReceiveError, false, false, exchange.ConnectionReset, "connection-reset"},
	{"garbage", says("garbage garbage garbage\r\n\r\n"), curlWeirdReply, false, true, exchange.MalformedResponse, "malformed-response"},
	{
		"half a head", says("HTTP/1.1 200 OK\r\nContent-Le"), 0, false, true,
		exchange.ResponseHeadTruncated, "response-head-truncated",
	},
	{
		"two lengths", says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi"), curlPartialFile, false, true,
		exchange.ContentLengthConflict, "content-length-conflict",
	},
	{
		"short of its length", says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"), curlPartialFile, true, true,
		exchange.BodyTruncated, "body-truncated",
	},
	{
		"without the last chunk", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
		curlPartialFile, true, true, exchange.BodyTruncated, "body-truncated",
	},
	{
		"chunk without a size", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"),
		curlReceiveError, true, true, exchange.ChunkedInvalid, "chunked-invalid",
	},
	{"reset in the body", func(c net.Conn) {
		says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")(c)
		resets(c)
	}, curlReceiveError, true, true, exchange.ConnectionReset, "connection-reset"},
}

// TestOriginFaults: a client gets a 502 that says why as long as nothing was
// passed on, and else what it gets without us. Inside TLS bytes are relayed as
// they come; plain HTTP is passed on head by head. With --on-failure close, the
// client is never answered by us.
func TestOriginFaults(t *testing.T) {
	ca := newAuthority(t, "fault authority", nil)
	secure := &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, nil)}}
	answering := startProxy(t, "--upstream-ca", ca.file(t))
	closing := startProxy(t, "--upstream-ca", ca.file(t), "--on-failure", "close")
	for _, f := range faults {
		t.Run("http "+f.name, func(t *testing.T) {
			addr := scripted(t, nil, f.script)
			f.check(t, answering, "http://"+addr, !f.head, ca.file(t))
			f.check(t, closing, "http://"+addr, false, ca.file(t))
		})
		t.Run("https "+f.name, func(t *testing.T) {
			addr := scripted(t, secure, f.script)
			f.check(t, answering, "https://"+addr, !f.wire, ca.file(t))
			f.check(t, closing, "https://"+addr, false, ca.file(t))
		})
	}
}

// check makes the fault happen without the proxy and with it. answered: the
// client is to get an answer of ours.
func (f *fault) check(t *testing.T, r *recorder, originURL string, answered bool, caFile string) {
	t.Helper()
	direct, directBody := curlExit(t, "--cacert", caFile, originURL)
	if direct != f.direct && strings.HasPrefix(originURL, "http:") {
		t.Errorf("without the proxy curl ends with %d", direct)
	}
	url := originURL + "/x"
	code, body := curlExit(t, "--cacert", r.bundle(), "-x", r.url, url)
	relayed := f.wire && strings.HasPrefix(originURL, "https:")
	switch host := strings.SplitAfter(originURL, "//")[1]; {
	case answered && (code != 0 || !strings.Contains(body, host)):
		t.Errorf("curl ends with %d and %q: no answer that says why", code, body)
	case !answered && relayed && (code != direct || body != directBody):
		t.Errorf("curl ends with %d and %q, without the proxy with %d and %q", code, body, direct, directBody)
	case !answered && (code == 0 && direct != 0 || !strings.HasPrefix(directBody, body)):
		t.Errorf("curl ends with %d and %q, without the proxy with %d and %q", code, body, direct, directBody)
	}
	row := r.recorded(url)
	if row.Failure == nil || row.Failure.Kind != f.kind || row.Synthetic != answered {
		t.Errorf("recorded as %+v %+v", row, row.Failure)
	}
	if found := r.primary(fmt.Sprintf("id:%d", row.ID)); found.Rule != f.rule {
		t.Errorf("found %s: %s", found.Rule, found.Verdict)
	}
}

// TestClientGivesUp: it is the client who ended it, and the row says so.
func TestClientGivesUp(t *testing.T) {
	ca := newAuthority(t, "fault authority", nil)
	r := startProxy(t, "--upstream-ca", ca.file(t))
	for scheme, config := range map[string]*tls.Config{"http": nil, "https": {Certificates: []tls.Certificate{ca.leaf(t, nil)}}} {
		t.Run(scheme, func(t *testing.T) {
			gone := make(chan error, 1)
			addr := scripted(t, config, func(c net.Conn) {
				_, err := c.Read(make([]byte, 1)) // until the other side ends it
				gone <- err
			})
			if code, body := curlExit(t, "-m", "0.3", "--cacert", r.bundle(), "-x", r.url, scheme+"://"+addr+"/slow"); code != curlTimeout {
				t.Errorf("curl ends with %d and %q", code, body)
			}
			select {
			case <-gone:
			case <-time.After(patience):
				t.Error("the origin still waits for a client that is gone")
			}
			row := r.recorded(addr + "/slow")
			if row.Failure == nil || row.Failure.Kind != exchange.ClientGone || row.Status != 0 {
				t.Errorf("recorded as %+v", row)
			}
			if f := r.primary("host:" + addr); f.Rule != "client-aborted" {
				t.Errorf("found %s: %s", f.Rule, f.Verdict)
			}
		})
	}
}

// TestOriginCertificates: each thing that can be wrong with a certificate has a
// name, and the client is told.
func TestOriginCertificates(t *testing.T) {
	ca := newAuthority(t, "fault authority", nil)
	between := newAuthority(t, "intermediate authority", ca)
	r := startProxy(t, "--upstream-ca", ca.file(t))
	for _, test := range []struct {
		name        string
		certificate tls.Certificate
		kind        exchange.FailureKind
		rule        string
		says        []string
	}{
		{"expired", ca.leaf(t, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(-72*time.Hour), time.Now().Add(-48*time.Hour)
		}), exchange.TLSExpired, "tls-expired", []string{"expired"}},
		{"not yet valid", ca.leaf(t, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(48*time.Hour), time.Now().Add(72*time.Hour)
		}), exchange.TLSNotYetValid, "tls-not-yet-valid", []string{"valid"}},
		{"another host", ca.leaf(t, func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"shop.test", "www.shop.test"}
		}), exchange.TLSWrongHost, "tls-wrong-host", []string{"shop.test", "127.0.0.1"}},
		{"self-signed", (*authority)(nil).leaf(t, nil), exchange.TLSSelfSigned, "tls-self-signed", []string{"self-signed"}},
		{"unknown authority", newAuthority(t, "corporate", nil).leaf(t, nil), exchange.TLSUnknownCA, "tls-unknown-ca", []string{"corporate"}},
		{
			"incomplete chain", between.leaf(t, func(c *x509.Certificate) {
				c.IssuingCertificateURL = []string{"http://ca.test/intermediate.crt"}
			}), exchange.TLSIncompleteChain, "tls-incomplete-chain", []string{"intermediate authority"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := originAs(t, test.certificate, http.HandlerFunc(greeting))
			addr := o.Listener.Addr().String()
			if code, _ := curlExit(t, "--cacert", ca.file(t), o.URL); code != curlPeerNotTrust {
				t.Errorf("without the proxy curl ends with %d", code)
			}
			checkRefused(t, r, addr, test.kind, test.rule, test.says)
		})
	}
	t.Run("not TLS", func(t *testing.T) {
		o := origin(t, greeting)
		checkRefused(t, r, o.Listener.Addr().String(), exchange.TLSNotTLS, "https-to-http-port", []string{"TLS"})
	})
	t.Run("http to a TLS port", func(t *testing.T) {
		o := originAs(t, ca.leaf(t, nil), http.HandlerFunc(greeting))
		url := "http://" + o.Listener.Addr().String() + "/x"
		_, direct := curlExit(t, url)
		if code, body := curlExit(t, "-x", r.url, url); code != 0 || body != direct {
			t.Errorf("curl ends with %d and %q, without the proxy %q", code, body, direct)
		}
		row := r.recorded(url)
		f := r.primary("host:" + o.Listener.Addr().String())
		if row.Status != http.StatusBadRequest || f.Rule != "http-to-https-port" {
			t.Errorf("%d: found %s: %s", row.Status, f.Rule, f.Verdict)
		}
	})
}

// checkRefused: a request over https to addr is answered with a 502 that says
// what is wrong with the origin.
func checkRefused(t *testing.T, r *recorder, addr string, kind exchange.FailureKind, rule string, says []string) {
	t.Helper()
	code, body := curlExit(t, "-w", "%{http_code}", "--cacert", r.bundle(), "-x", r.url, "https://"+addr+"/x")
	if code != 0 || !strings.HasSuffix(body, "502") {
		t.Errorf("curl ends with %d and %q", code, body)
	}
	row := r.recorded(addr + "/x")
	if row.Failure == nil || row.Failure.Kind != kind || !row.Synthetic {
		t.Errorf("recorded as %+v %+v", row, row.Failure)
	}
	f := r.primary("host:" + addr)
	if rule != "" && f.Rule != rule {
		t.Errorf("found %s", f.Rule)
	}
	for _, want := range says {
		if !strings.Contains(f.Verdict+fmt.Sprint(f.Evidence), want) || !strings.Contains(body, want) {
			t.Errorf("%q is missing in %q %v or in what the client got: %q", want, f.Verdict, f.Evidence, body)
		}
	}
}

// TestPageReadsOurAnswer: a page of another origin asks a server that is down.
// Its fetch gets our 502 with the reason, and not a CORS error.
func TestPageReadsOurAnswer(t *testing.T) {
	dead := deadAddress(t)
	page := origin(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><body><script>
			Promise.all([fetch(%[1]q, {method: 'POST', headers: {'X-Test': '1'}, body: '{}'}), fetch(%[1]q, {credentials: 'include'})])
				.then(async rs => { for (const r of rs) document.body.append(r.status + ' ' + await r.text()) },
					e => document.body.append(String(e)))
				.then(() => document.body.id = 'done')
			</script>`, "http://"+dead+"/api")
	})
	r := startProxy(t)
	ctx := browser(t, r.url)
	if err := visit(ctx, page.URL, "#done"); err != nil {
		t.Fatal(err)
	}
	text, err := chromedp.Run(ctx, chromedp.Text("body"))
	if err != nil || strings.Count(text, "502 ") < 2 || strings.Count(text, "refused") < 2 {
		t.Errorf("%v: the page reads %q", err, text)
	}
	r.recorded(dead + "/api")
	for _, f := range r.why("host:" + dead) {
		if f.Family == "cors" || f.Primary && f.Rule != "connection-refused" && f.Severity == "error" {
			t.Errorf("found %s: %s", f.Rule, f.Verdict)
		}
	}
}
