package main

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/chromedp/chromedp"
	"github.com/klauspost/compress/zstd"
)

// The resources of the page of site, 200 in all, and what it asks for besides.
const (
	siteStyles, siteScripts, siteImages, siteFonts, siteData = 50, 50, 60, 10, 30
	siteMissing, siteRevalidated                             = 5, 10
	siteResources                                            = siteStyles + siteScripts + siteImages + siteFonts + siteData + siteMissing + siteRevalidated
)

// site is a page that loads its resources in every way that pages do, and then
// tells what its browser says of each.
type site struct {
	*httptest.Server
	told chan string

	mu     sync.Mutex
	served []string
}

func newSite(t *testing.T, ca *authority) *site {
	t.Helper()
	s := &site{told: make(chan string, 1)}
	s.Server = httptest.NewUnstartedServer(s)
	s.EnableHTTP2 = true
	s.TLS = &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, nil)}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// took returns the requests that were served since the last call.
func (s *site) took() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	served := s.served
	s.served = nil
	slices.Sort(served)
	return served
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := strings.Cut(r.URL.Path[1:], "/")
	status := http.StatusOK
	switch {
	case kind == "missing":
		status = http.StatusNotFound
	case kind == "told":
		status = http.StatusNoContent
	case r.Header.Get("If-None-Match") != "":
		status = http.StatusNotModified
	}
	s.mu.Lock()
	s.served = append(s.served, fmt.Sprint(r.Method, " ", r.URL.Path, " ", status))
	s.mu.Unlock()
	if kind == "told" {
		said, _ := io.ReadAll(r.Body)
		w.WriteHeader(status)
		s.told <- string(said)
		return
	}
	if status == http.StatusOK && kind == "image" {
		w.Header().Set("Cache-Control", "max-age=600")
		w.Header().Set("Etag", `"`+r.URL.Path+`"`)
	}
	media, body := siteContent(r.URL.Path, kind)
	w.Header().Set("Content-Type", media)
	if status == http.StatusNotModified {
		w.WriteHeader(status)
		return
	}
	body = coded(w, r, body)
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

// siteContent is what the site has at path.
func siteContent(path, kind string) (media string, body []byte) {
	filling := strings.Repeat("/* "+path+" */", len(path)*9)
	switch kind {
	case "":
		return "text/html; charset=utf-8", []byte(sitePage())
	case "style":
		return "text/css", []byte("body { margin: 0 }" + filling)
	case "script":
		return "text/javascript", []byte("window.ran = (window.ran || 0) + 1" + filling)
	case "font":
		return "font/woff2", []byte("wOF2" + filling)
	case "image":
		if strings.HasSuffix(path, "0") {
			return "image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`)
		}
		var b bytes.Buffer
		png.Encode(&b, image.NewGray(image.Rect(0, 0, len(path), 9)))
		return "image/png", b.Bytes()
	}
	return "text/plain; charset=utf-8", []byte(filling)
}

// coded packs a body, each in one of the ways that the browser offers.
func coded(w http.ResponseWriter, r *http.Request, body []byte) []byte {
	codings := []string{"", "gzip", "br", "zstd"}
	coding := codings[int(r.URL.Path[len(r.URL.Path)-1])%len(codings)]
	if coding == "" || !strings.Contains(r.Header.Get("Accept-Encoding"), coding) {
		return body
	}
	var b bytes.Buffer
	var z io.WriteCloser
	switch coding {
	case "gzip":
		z = gzip.NewWriter(&b)
	case "br":
		z = brotli.NewWriter(&b)
	default:
		z, _ = zstd.NewWriter(&b)
	}
	z.Write(body)
	z.Close()
	w.Header().Set("Content-Encoding", coding)
	w.Header().Set("Vary", "Accept-Encoding")
	return b.Bytes()
}

func sitePage() string {
	var page strings.Builder
	page.WriteString(`<!doctype html><link rel="icon" href="data:,"><body>`)
	for _, kind := range []struct {
		element string
		count   int
	}{
		{`<link rel="stylesheet" href="/style/%d">`, siteStyles},
		{`<script src="/script/%d"></script>`, siteScripts},
		{`<img src="/image/%d">`, siteImages},
		{`<img src="/missing/%d">`, siteMissing},
	} {
		for i := range kind.count {
			fmt.Fprintf(&page, kind.element, i)
		}
	}
	fmt.Fprintf(&page, `<script>onload = async () => {
		performance.setResourceTimingBufferSize(1000);
		const each = (n, f) => Promise.all([...Array(n).keys()].map(f));
		await each(%d, i => fetch('/data/' + i).then(r => r.text()));
		await each(%d, i => new FontFace('f' + i, 'url(/font/' + i + ')').load().catch(() => {}));
		const again = await each(%d, i => fetch('/image/' + i, {cache: 'no-cache'}).then(r => r.blob()).then(b => b.size));
		const entries = () => performance.getEntriesByType('resource').length;
		for (let i = 0; i < 200 && (i < 1 || entries() < %d); i++) { // an entry may come after its content
			await new Promise(done => setTimeout(done, 100));
		}
		const told = performance.getEntriesByType('resource').map(e => [new URL(e.name).pathname, e.initiatorType, e.responseStatus,
			e.nextHopProtocol, e.transferSize, e.encodedBodySize, e.decodedBodySize, e.contentType, e.contentEncoding, e.deliveryType].join(' '));
		const images = [...document.images].filter(i => i.naturalWidth > 0).length;
		told.push('images ' + images, 'styles ' + document.styleSheets.length, 'scripts ' + window.ran, 'again ' + again);
		await fetch('/told', {method: 'POST', body: told.sort().join('\n')});
		document.body.id = 'done';
	}</script>`, siteData, siteFonts, siteRevalidated, siteResources)
	return page.String()
}

// TestSite: a page with resources of all kinds is the same to Chromium and to
// Firefox with and without the proxy, and the record is what the server served.
func TestSite(t *testing.T) {
	t.Parallel()
	need(t, "certutil")
	for browser, visit := range map[string]func(t *testing.T, proxy, ca, page string){"Chromium": chromiumVisits, "Firefox": firefox} {
		t.Run(browser, func(t *testing.T) {
			t.Parallel()
			ca := newAuthority(t, "site authority", nil)
			s := newSite(t, ca)
			r := startProxy(t, "--upstream-ca", ca.file(t))
			told := func(proxy, ca string) []string {
				visit(t, proxy, ca, s.URL)
				select {
				case said := <-s.told:
					return strings.Split(said, "\n")
				case <-time.After(time.Minute):
					t.Fatalf("the page did not load; served %q", s.took())
				}
				return nil
			}
			without := told("", ca.file(t))
			servedWithout := s.took()
			with := told(r.url, r.ca())
			served := s.took()

			protocols := 0
			for _, line := range without {
				if strings.Contains(line, " h2 ") {
					protocols++
				}
			}
			for _, want := range []string{fmt.Sprint("images ", siteImages), fmt.Sprint("styles ", siteStyles), fmt.Sprint("scripts ", siteScripts)} {
				if !slices.Contains(without, want) {
					t.Errorf("%q is missing", want)
				}
			}
			if protocols < siteResources {
				t.Errorf("%d entries are of h2, want at least %d", protocols, siteResources)
			}
			compareLines(t, "the browser says", with, without)
			compareLines(t, "the server served", served, servedWithout)

			var recorded []string
			for _, row := range r.rowsOf(s.URL, len(served)) {
				recorded = append(recorded, fmt.Sprint(row.Method, " ", strings.TrimPrefix(row.URL, s.URL), " ", row.Status))
				if row.Proto != "HTTP/2.0" || row.State != "complete" || row.Failure != nil {
					t.Errorf("recorded %+v", row)
				}
			}
			slices.Sort(recorded)
			compareLines(t, "recorded", recorded, served)
			r.noAlarm("host:127.0.0.1 !path:/missing") // Firefox asks its maker's servers, too
		})
	}
}

// compareLines reports what only one of two lists has. How often each has it is
// left open: a browser may ask twice for what it misses.
func compareLines(t *testing.T, what string, with, without []string) {
	t.Helper()
	for _, line := range with {
		if !slices.Contains(without, line) {
			t.Errorf("%s, with the proxy only: %s", what, line)
		}
	}
	for _, line := range without {
		if !slices.Contains(with, line) {
			t.Errorf("%s, without the proxy only: %s", what, line)
		}
	}
}

// chromiumVisits opens a page in Chromium, which trusts ca.
func chromiumVisits(t *testing.T, proxy, ca, page string) {
	t.Helper()
	if proxy == "" {
		proxy = "direct://"
	}
	home := t.TempDir()
	trustIn(t, filepath.Join(home, ".pki/nssdb"), ca)
	if err := visit(browser(t, proxy, chromedp.Env("HOME="+home)), page, "#done"); err != nil {
		t.Error(err)
	}
}
