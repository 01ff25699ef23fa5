package proxy

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
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

func TestPageIsSafeFromOtherSites(t *testing.T) {
	l := newLab(t, func(c *Config) { c.Recorded = func() uint64 { return 1234 } })
	for _, test := range []struct {
		name   string
		header map[string]string
		status int
	}{
		{"a program", nil, 200},
		{"typed", map[string]string{"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200},
		{"a link", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200},
		{"itself", map[string]string{"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Origin": "http://httpwhy"}, 200},
		{"fetch", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Origin": "https://evil.test"}, 403},
		{"no-cors", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403},
		{"another port", map[string]string{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403},
		{"a frame", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403},
		{"old browser", map[string]string{"Origin": "https://evil.test"}, 403},
		{"null origin", map[string]string{"Origin": "null"}, 403},
	} {
		req, _ := http.NewRequest(http.MethodGet, "http://httpwhy/", nil)
		for name, value := range test.header {
			req.Header.Set(name, value)
		}
		resp, err := l.client(false).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		h := resp.Header
		for name := range h {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s is sent", test.name, name)
			}
		}
		if resp.StatusCode != test.status || h.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: %s %v", test.name, resp.Status, h)
		}
		if said := bytes.Contains(body, []byte("1234 exchanges are recorded")); said != (test.status == 200) {
			t.Errorf("%s: %q", test.name, body)
		}
	}
}

func TestPageHandsOutTheCA(t *testing.T) {
	l := newLab(t, nil)
	want := l.ca.Certificate()
	for path, form := range caFiles {
		resp, err := l.client(false).Get("http://httpwhy" + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.Header.Get("Content-Type") != form.mediaType {
			t.Errorf("%s: %s", path, resp.Header.Get("Content-Type"))
		}
		switch path {
		case "/ca.pem":
			if !bytes.Equal(body, l.ca.PEM()) {
				t.Errorf("%s: %q", path, body)
			}
		case "/ca.mobileconfig":
			var plist struct {
				Data string `xml:"dict>array>dict>data"`
			}
			if err := xml.Unmarshal(body, &plist); err != nil {
				t.Fatal(err)
			}
			if raw, _ := base64.StdEncoding.DecodeString(plist.Data); !bytes.Equal(raw, want.Raw) {
				t.Errorf("%s: %q", path, body)
			}
		default:
			if c, err := x509.ParseCertificate(body); err != nil || !c.Equal(want) {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}
