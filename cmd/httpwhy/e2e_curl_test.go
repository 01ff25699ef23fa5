package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// sample answers with a bit of everything that a proxy could change.
func sample(w http.ResponseWriter, r *http.Request) {
	w.Header()["Date"] = nil
	w.Header().Add("Set-Cookie", "a=1")
	w.Header().Add("Set-Cookie", "b=2")
	w.Header()["X-Empty"] = []string{""}
	body := bytes.Repeat([]byte("0123456789\xff\x00"), 3000)
	if r.Method == http.MethodPost {
		sent, _ := io.ReadAll(r.Body)
		body = append([]byte(r.Header.Get("X-Sent")+" "), sent...)
		w.Header().Set("Content-Type", "text/plain; charset=iso-8859-1")
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusAccepted)
	w.Write(body)
}

// TestCurlSeesTheSame compares what curl gets with and without the proxy: the
// response head as received, and the body's bytes.
func TestCurlSeesTheSame(t *testing.T) {
	plain := origin(t, sample)
	secure, pem := tlsOrigin(t, http.HandlerFunc(sample), true)
	r := startProxy(t, "--upstream-ca", pem)
	for _, test := range []struct {
		name, url string
		args      []string
	}{
		{"plain", plain.URL + "/plain", nil},
		{"plain upload", plain.URL + "/plain-upload", []string{"-H", "X-Sent: \xe9", "--data-binary", "a=1&b=\n"}},
		{"plain head", plain.URL + "/plain-head", []string{"-I"}},
		{"TLS, HTTP/1.1", secure.URL + "/h1", []string{"--http1.1"}},
		{"TLS, h2", secure.URL + "/h2", []string{"--http2"}},
		{"TLS upload", secure.URL + "/upload", []string{"--http1.1", "--data-binary", "x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"-sS", "-i", "--suppress-connect-headers"}, test.args...)
			direct, err := command(t, "curl", append(args, "--cacert", pem, test.url)...)
			if err != nil {
				t.Fatal(err)
			}
			proxied, err := command(t, "curl", append(args, "-x", r.url, "--cacert", r.bundle(), test.url)...)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := sortedHead(direct), sortedHead(proxied); a != b {
				t.Errorf("with the proxy:\n%q\nwithout:\n%q", b, a)
			}
			row := r.recorded(test.url[strings.LastIndex(test.url, "/"):])
			if row.Status != http.StatusAccepted || row.State != "complete" || len(row.Findings) > 0 {
				t.Errorf("recorded as %+v", row)
			}
		})
	}
	var listed rowJSON
	first, _, _ := strings.Cut(r.httpwhy("ls", "--json", "path:/plain"), "\n")
	if err := json.Unmarshal([]byte(first), &listed); err != nil || listed.ResponseBytes != 36000 {
		t.Errorf("ls --json: %v %s", err, first)
	}
}

// sortedHead is what curl -i printed, with the field lines sorted: on the wire of
// plain HTTP their order is the library's.
func sortedHead(printed string) string {
	head, body, _ := strings.Cut(printed, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	fields := lines[1:]
	for i := range fields {
		for j := i; j > 0 && fields[j] < fields[j-1]; j-- {
			fields[j], fields[j-1] = fields[j-1], fields[j]
		}
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

// TestDeadUpstream: on each of the three paths the client gets a 502 that says
// why, and the exchange has a row and a cause.
func TestDeadUpstream(t *testing.T) {
	r := startProxy(t)
	for _, test := range []struct {
		name, scheme string
		args         []string
	}{
		{"plain", "http", nil},
		{"HTTP/1.1 in TLS", "https", []string{"--http1.1"}},
		{"h2 in TLS", "https", []string{"--http2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dead := deadAddress(t)
			url := test.scheme + "://" + dead + "/x"
			args := append([]string{"-sS", "-i", "--suppress-connect-headers", "-x", r.url, "--cacert", r.bundle()}, test.args...)
			out, err := command(t, "curl", append(args, url)...)
			if err != nil {
				t.Fatal(err)
			}
			lower := strings.ToLower(out)
			for _, want := range []string{" 502", "proxy-status: httpwhy", "text/plain", "refused"} {
				if !strings.Contains(lower, want) {
					t.Errorf("%q is missing in %s", want, out)
				}
			}
			row := r.recorded(dead + "/x")
			if row.Failure == nil || row.Failure.Kind != "connect-refused" || !row.Synthetic {
				t.Errorf("recorded as %+v", row)
			}
			if f := r.primary("host:" + dead); f.Rule != "connection-refused" || !strings.Contains(f.Verdict, dead) {
				t.Errorf("found %s: %s", f.Rule, f.Verdict)
			}
		})
	}
}
