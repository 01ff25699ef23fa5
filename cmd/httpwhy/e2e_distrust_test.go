package main

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestClientsThatDoNotTrust: programs that do not know our CA end the handshake
// each in its own way, and each is named. From the third time on a notice
// suggests --ignore, but the host is not ignored.
func TestClientsThatDoNotTrust(t *testing.T) {
	o, pem := tlsOrigin(t, http.HandlerFunc(greeting), false)
	for _, client := range []struct {
		rule string
		args []string
	}{
		{"client-rejects-proxy-ca", []string{"curl", "-sS"}},
		{"client-rejects-proxy-ca", []string{"python3", "-c", "import sys, urllib.request\nurllib.request.urlopen(sys.argv[1])"}},
		{"client-left-handshake", []string{"wget", "-qO-"}},
		{"client-left-handshake", []string{"git", "ls-remote"}},
		{"client-left-handshake", []string{"node", "-e", nodeTunnel}},
	} {
		t.Run(client.args[0], func(t *testing.T) {
			need(t, client.args[0])
			r := startProxy(t, "--upstream-ca", pem)
			for range 3 {
				c := exec.Command(client.args[0], append(client.args[1:len(client.args):len(client.args)], o.URL)...)
				c.Env = append(os.Environ(), "https_proxy="+r.url, "no_proxy=", "NO_PROXY=", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0")
				if out, err := c.CombinedOutput(); err == nil {
					t.Fatalf("it trusts an unknown CA: %s", out)
				}
			}
			if f := r.primary("host:" + o.Listener.Addr().String()); f.Rule != client.rule {
				t.Errorf("found %s: %s", f.Rule, f.Verdict)
			}
			code, _ := curlExit(t, "--cacert", r.bundle(), "-x", r.url, o.URL+"/after")
			if row := r.recorded("/after"); code != 0 || row.Status != http.StatusOK {
				t.Errorf("curl ends with %d, recorded %+v: the host was ignored", code, row)
			}
			r.stop()
			if notices := r.notices.all(); !strings.Contains(strings.Join(notices, "\n"), "--ignore 127.0.0.1") {
				t.Errorf("nothing suggests to ignore the host: %q", notices)
			}
		})
	}
}

// nodeTunnel connects as an agent for proxies does.
const nodeTunnel = `
const target = new URL(process.argv[1]);
const proxy = new URL(process.env.https_proxy);
require('http').request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: target.host })
  .on('connect', (_, socket) => require('tls').connect({ socket, host: target.hostname }))
  .end();
`
