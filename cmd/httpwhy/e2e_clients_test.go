package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// download is what the origin serves for reading in parts.
var download = bytes.Repeat([]byte("sixteen  bytes.\n"), 20_000)

// transfers serves what curl's ways of moving files need.
func transfers(w http.ResponseWriter, r *http.Request) {
	w.Header()["Date"] = nil
	if r.Method == http.MethodPut {
		digest := sha256.New()
		n, _ := io.Copy(digest, r.Body)
		fmt.Fprintf(w, "%d bytes, %x, expect %q", n, digest.Sum(nil), r.Header.Get("Expect"))
		return
	}
	if strings.HasSuffix(r.URL.Path, "/packed") {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		z.Write(download)
		z.Close()
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Vary", "Accept-Encoding")
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", fmt.Sprint(packed.Len()))
		w.Write(packed.Bytes())
		return
	}
	w.Header().Set("Etag", `"v1"`)
	w.Header().Set("Content-Type", "text/plain")
	http.ServeContent(w, r, "", time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC), bytes.NewReader(download))
}

// TestCurlTransfers: each transfer of curl ends in the same status, fields and
// files with and without the proxy.
func TestCurlTransfers(t *testing.T) {
	plain := origin(t, transfers)
	secure, pem := tlsOrigin(t, http.HandlerFunc(transfers), true)
	r := startProxy(t, "--upstream-ca", pem)
	up := filepath.Join(t.TempDir(), "up")
	if err := os.WriteFile(up, download, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []struct{ name, url, version string }{
		{"plain", plain.URL, "--http1.1"}, {"h1", secure.URL, "--http1.1"}, {"h2", secure.URL, "--http2"},
	} {
		for _, transfer := range []struct {
			name   string
			status int
			args   []string
		}{
			{"get", 200, nil},
			{"head", 200, []string{"-I"}},
			{"upload", 200, []string{"-T", up, "-H", "Expect:"}},
			{"upload-expect", 200, []string{"-T", up, "-H", "Expect: 100-continue", "--expect100-timeout", "20"}},
			{"upload-chunked", 200, []string{"-T", up, "-H", "Transfer-Encoding: chunked", "-H", "Expect:"}},
			{"resume", 206, []string{"-C", "-"}},
			{"range-beyond", 416, []string{"-r", "9999999-"}},
			{"packed", 200, []string{"-H", "Accept-Encoding: gzip"}},
			{"unpacked/packed", 200, []string{"--compressed"}},
			{"not-modified", 304, []string{"-H", `If-None-Match: "v1"`}},
		} {
			t.Run(path.name+"/"+transfer.name, func(t *testing.T) {
				url := path.url + "/" + path.name + "/" + transfer.name
				var heads, files [2]string
				for i, args := range [][]string{{"--cacert", pem}, {"--cacert", r.bundle(), "-x", r.url, "--suppress-connect-headers"}} {
					out := filepath.Join(t.TempDir(), "out")
					if transfer.name == "resume" {
						if err := os.WriteFile(out, download[:1000], 0o600); err != nil {
							t.Fatal(err)
						}
					}
					args = append(args, "-sS", "-D", "-", "-o", out, path.version)
					printed, err := command(t, "curl", append(append(args, transfer.args...), url)...)
					if err != nil {
						t.Fatal(err)
					}
					got, _ := os.ReadFile(out) // curl makes no file for an empty body
					heads[i], files[i] = sortedHeads(printed), string(got)
				}
				if heads[0] != heads[1] {
					t.Errorf("with the proxy:\n%s\nwithout:\n%s", heads[1], heads[0])
				}
				if files[0] != files[1] {
					t.Errorf("with the proxy the file has %d bytes, without %d", len(files[1]), len(files[0]))
				}
				if transfer.name == "resume" && files[0] != string(download) {
					t.Errorf("resumed to %d bytes", len(files[0]))
				}
				row := r.recorded(url)
				if row.Status != transfer.status || row.State != "complete" || row.Failure != nil {
					t.Errorf("recorded as %+v", row)
				}
				if transfer.status < 400 {
					r.healthy(url, 1)
				}
			})
		}
	}
	if got := r.record(r.recorded("/h2/packed").ID).Response.Body; got.Size >= int64(len(download)) {
		t.Errorf("the packed body is kept with %d bytes: it was unpacked", got.Size)
	}
	interim := r.record(r.recorded("/h1/upload-expect").ID).Interim
	if len(interim) != 1 || interim[0].Status != 100 {
		t.Errorf("interim answers of an upload with Expect: %+v", interim)
	}
}

// sortedHeads are the heads that curl -D printed, each with its lines sorted.
func sortedHeads(printed string) string {
	heads := strings.Split(printed, "\r\n\r\n")
	for i, head := range heads {
		lines := strings.Split(head, "\r\n")
		slices.Sort(lines[1:])
		heads[i] = strings.Join(lines, "\n")
	}
	return strings.Join(heads, "\n\n")
}
