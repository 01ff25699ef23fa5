package proxy

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPage(t *testing.T) {
	l := newLab(t, nil)
	_, port, _ := strings.Cut(l.addr, ":")
	for _, test := range []struct {
		method, url string
		proxied     bool
		host        string
		status      int
		body        string
	}{
		{"GET", "http://httpwhy/", true, "", 200, "httpwhy CA"},
		{"GET", "http://httpwhy/ping", true, "", 200, "httpwhy ok\n"},
		{"GET", "http://HTTPWHY:80/ping", true, "", 200, "httpwhy ok\n"},
		{"GET", "http://httpwhy/ca.pem", true, "", 200, "BEGIN CERTIFICATE"},
		{"GET", "http://" + l.addr + "/ping", false, "", 200, "httpwhy ok\n"},
		{"GET", "http://" + l.addr + "/ping", true, "", 200, "httpwhy ok\n"},
		{"GET", "http://" + l.addr + "/ping", false, "localhost:" + port, 200, "httpwhy ok\n"},
		{"GET", "http://" + l.addr + "/ca.pem", false, "evil.test:" + port, 421, "is a proxy"},
		{"POST", "http://httpwhy/ping", true, "", 405, ""},
		{"GET", "http://httpwhy/other", true, "", 404, ""},
	} {
		client := l.client(false)
		if !test.proxied {
			client.Transport.(*http.Transport).Proxy = nil
		}
		req, _ := http.NewRequest(test.method, test.url, nil)
		req.Host = test.host
		resp, err := client.Do(req)
		if err != nil {
			t.Errorf("%s: %v", test.url, err)
			continue
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != test.status || !bytes.Contains(body, []byte(test.body)) {
			t.Errorf("%s %s (%s): %s %q", test.method, test.url, test.host, resp.Status, body)
		}
		if bytes.Contains(body, []byte("PRIVATE")) {
			t.Error("the key was handed out")
		}
	}
	l.quiet() // nothing of it is recorded
}
