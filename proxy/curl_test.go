package proxy

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

func TestCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	l := newLab(t, nil)
	for _, secure := range []bool{false, true} {
		s := site(t, secure, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Seen", r.Header.Get("User-Agent"))
			fmt.Fprint(w, "hello "+r.Proto)
		})
		// Twice the same, without and with the proxy.
		ca := t.TempDir() + "/ca.pem"
		writeFile(t, ca, append(originCA().pem, l.ca.PEM()...))
		run := func(args ...string) string {
			args = append(args, "-sS", "--cacert", ca, "-i", s.URL+"/a?b=c")
			out, err := exec.Command(curl, args...).CombinedOutput()
			if err != nil {
				t.Errorf("curl: %v: %s", err, out)
			}
			return dateless(string(out))
		}
		direct := run("--noproxy", "*")
		proxied := run("-x", "http://"+l.addr, "--suppress-connect-headers", "--noproxy", "")
		if direct != proxied {
			t.Errorf("direct:\n%s\nthrough the proxy:\n%s", direct, proxied)
		}
		if x := l.next(); x.Status() != 200 || x.URL != s.URL+"/a?b=c" {
			t.Errorf("recorded %d %s", x.Status(), x.URL)
		}
	}
}

// TestOpenSSLThatRejectsTheCA: its alert comes in the clear.
func TestOpenSSLThatRejectsTheCA(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	for _, version := range []string{"1.2", "1.3"} {
		l := newLab(t, nil)
		s := site(t, true, func(http.ResponseWriter, *http.Request) {})
		_ = exec.Command(curl, "-sS", "-x", "http://"+l.addr, "--noproxy", "", "--tls-max", version, s.URL).Run()
		x := l.next()
		if x.Failure == nil || x.Failure.Kind != exchange.ClientRejectsCA || x.Failure.Alert != alertUnknownCA || x.ClosedBy != exchange.ClientPeer {
			t.Errorf("TLS %s: recorded %+v", version, x.Failure)
		}
		l.quiet()
	}
}

// dateless drops the one line that differs from second to second.
func dateless(s string) string {
	var kept []string
	for line := range strings.Lines(s) {
		if !strings.HasPrefix(strings.ToLower(line), "date:") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
