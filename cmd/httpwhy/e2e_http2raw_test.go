package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// rawHTTP2 is an origin that answers the request for each path with its own
// frames, right or wrong.
type rawHTTP2 struct {
	f      *http2.Framer
	stream uint32
	block  bytes.Buffer
	enc    *hpack.Encoder
}

// head writes a field section, "name=value" each.
func (r *rawHTTP2) head(last bool, fields ...string) {
	r.block.Reset()
	for _, f := range fields {
		i := strings.Index(f[1:], "=") + 1
		r.enc.WriteField(hpack.HeaderField{Name: f[:i], Value: f[i+1:]})
	}
	r.f.WriteHeaders(http2.HeadersFrameParam{StreamID: r.stream, BlockFragment: r.block.Bytes(), EndHeaders: true, EndStream: last})
}

func (r *rawHTTP2) data(last bool, s string) { r.f.WriteData(r.stream, last, []byte(s)) }

const textType = "content-type=text/plain"

// http2Answers are the answers by path.
var http2Answers = map[string]func(r *rawHTTP2){
	"/ok": func(r *rawHTTP2) { r.head(false, ":status=200", textType, "content-length=2"); r.data(true, "ok") },
	"/trailers": func(r *rawHTTP2) {
		r.head(false, ":status=200", textType)
		r.data(false, "ok")
		r.head(true, "x-sum=1")
	},
	"/no-content":      func(r *rawHTTP2) { r.head(true, ":status=204") },
	"/no-content-long": func(r *rawHTTP2) { r.head(true, ":status=204", "content-length=5") },
	"/hints":           func(r *rawHTTP2) { r.head(false, ":status=103", "link=</a>; rel=preload"); r.head(true, ":status=200") },
	"/empty-data": func(r *rawHTTP2) {
		r.head(false, ":status=200")
		r.data(false, "")
		r.data(false, "a")
		r.data(true, "")
	},
	"/404": func(r *rawHTTP2) { r.head(false, ":status=404", textType); r.data(true, "no") },
	"/padded": func(r *rawHTTP2) {
		r.head(false, ":status=200")
		r.f.WriteDataPadded(r.stream, true, []byte("a"), make([]byte, 9))
	},
	"/unknown-frame": func(r *rawHTTP2) {
		r.f.WriteRawFrame(0xbe, 0, r.stream, []byte("x"))
		r.head(true, ":status=200")
	},
	"/late-no-error": func(r *rawHTTP2) { r.head(true, ":status=200"); r.f.WriteRSTStream(r.stream, http2.ErrCodeNo) },

	"/short": func(r *rawHTTP2) { r.head(false, ":status=200", "content-length=9"); r.data(true, "short") },
	"/long":  func(r *rawHTTP2) { r.head(false, ":status=200", "content-length=2"); r.data(true, "longer") },
	"/two-lengths": func(r *rawHTTP2) {
		r.head(false, ":status=200", "content-length=2", "content-length=3")
		r.data(true, "ok")
	},
	"/upper-case":     func(r *rawHTTP2) { r.head(false, ":status=200", "X-Upper=1"); r.data(true, "ok") },
	"/connection":     func(r *rawHTTP2) { r.head(false, ":status=200", "connection=close"); r.data(true, "ok") },
	"/transfer":       func(r *rawHTTP2) { r.head(false, ":status=200", "transfer-encoding=chunked"); r.data(true, "ok") },
	"/no-status":      func(r *rawHTTP2) { r.head(false, textType); r.data(true, "ok") },
	"/two-statuses":   func(r *rawHTTP2) { r.head(false, ":status=200", ":status=404"); r.data(true, "ok") },
	"/bad-status":     func(r *rawHTTP2) { r.head(false, ":status=2x0"); r.data(true, "ok") },
	"/pseudo-late":    func(r *rawHTTP2) { r.head(false, textType, ":status=200"); r.data(true, "ok") },
	"/pseudo-unknown": func(r *rawHTTP2) { r.head(false, ":status=200", ":other=1"); r.data(true, "ok") },
	"/nul":            func(r *rawHTTP2) { r.head(false, ":status=200", "x-a=a\x00b"); r.data(true, "ok") },
	"/line-end":       func(r *rawHTTP2) { r.head(false, ":status=200", "x-a=a\r\nb: c"); r.data(true, "ok") },
	"/space-in-name":  func(r *rawHTTP2) { r.head(false, ":status=200", "x a=1"); r.data(true, "ok") },
	"/data-first":     func(r *rawHTTP2) { r.data(true, "ok") },
	"/refused":        func(r *rawHTTP2) { r.f.WriteRSTStream(r.stream, http2.ErrCodeInternal) },
	"/cancelled": func(r *rawHTTP2) {
		r.head(false, ":status=200")
		r.data(false, "a")
		r.f.WriteRSTStream(r.stream, http2.ErrCodeCancel)
	},
	"/enhance": func(r *rawHTTP2) { r.f.WriteRSTStream(r.stream, http2.ErrCodeEnhanceYourCalm) },
	"/huge-frame": func(r *rawHTTP2) {
		r.head(false, ":status=200")
		r.f.WriteRawFrame(http2.FrameData, 0, r.stream, make([]byte, 1<<20))
	},
	"/garbage-block": func(r *rawHTTP2) {
		r.f.WriteRawFrame(http2.FrameHeaders, 5, r.stream, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	},
	"/stream-0":  func(r *rawHTTP2) { r.f.WriteRawFrame(http2.FrameData, 0, 0, []byte("x")) },
	"/no-window": func(r *rawHTTP2) { r.f.WriteRawFrame(http2.FrameWindowUpdate, 0, r.stream, []byte{0, 0, 0, 0}) },
	"/push":      func(r *rawHTTP2) { r.f.WriteRawFrame(http2.FramePushPromise, 4, r.stream, []byte{0, 0, 0, 2, 0x82}) },
}

func (r *rawHTTP2) serve(t *testing.T, c net.Conn) {
	defer c.Close()
	if _, err := io.ReadFull(c, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	r.f = http2.NewFramer(c, c)
	r.f.AllowIllegalWrites = true
	r.enc = hpack.NewEncoder(&r.block)
	r.f.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	r.f.WriteSettings()
	for {
		f, err := r.f.ReadFrame()
		if err != nil {
			return
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				r.f.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				r.f.WritePing(true, f.Data)
			}
		case *http2.MetaHeadersFrame:
			r.stream = f.StreamID
			path, _, _ := strings.Cut(f.PseudoValue("path"), "?")
			if answer := http2Answers[path]; answer != nil {
				answer(r)
			} else {
				r.head(false, ":status=200", "content-type=text/html")
				r.data(true, "<!doctype html><link rel=icon href='data:,'><p id=page>")
			}
		}
	}
}

// TestChromiumJudgesHTTP2: what Chromium fails on over HTTP/2 has an error with
// a cause, and what it reads has none; and it is the same with and without us.
func TestChromiumJudgesHTTP2(t *testing.T) {
	ca := newAuthority(t, "frames authority", nil)
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, nil)}, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go new(rawHTTP2).serve(t, c)
		}
	}()
	r := startProxy(t, "--insecure")
	base := "https://" + ln.Addr().String()
	said := map[bool]map[string]string{}
	for _, through := range []bool{false, true} {
		said[through] = map[string]string{}
		proxy := "direct://"
		if through {
			proxy = r.url
		}
		ctx := browser(t, proxy, chromedp.Flag("ignore-certificate-errors", true))
		if err := visit(ctx, base+"/", "#page"); err != nil {
			t.Fatal(err)
		}
		for _, path := range slices.Sorted(maps.Keys(http2Answers)) {
			got, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(
				`fetch(%q, {cache: 'no-store', signal: AbortSignal.timeout(2000)}).then(r => r.text().then(t => 'read ' + r.status + ' ' + t)).catch(e => e.name == 'TimeoutError' ? 'waits' : 'failed')`, path), chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			said[through][path] = got
		}
	}
	for path := range http2Answers {
		got, want := said[true][path], said[false][path]
		t.Logf("%-16s %q", path, want)
		if got != want {
			t.Errorf("%s: Chromium says %q through us, %q without", path, got, want)
		}
		// A browser asks again where the fault was the connection's.
		r.rowsOf(base+path, 1)
		lines := strings.Split(strings.TrimSpace(r.httpwhy("ls", "--json", "url:"+base+path)), "\n")
		var last rowJSON
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
			t.Fatal(err)
		}
		var errors []string
		for _, f := range r.why("url:" + base + path) {
			if f.Exchange == uint64(last.ID) && f.Rule != "not-found" && (f.Severity == "error" || f.Severity == "warning") {
				errors = append(errors, f.Rule)
			}
		}
		if failed := !strings.HasPrefix(want, "read"); failed != (len(errors) > 0) {
			t.Errorf("%s: Chromium says %q; found %v in %+v of %d", path, want, errors, last, len(lines))
		} else if failed {
			t.Logf("%-16s %v", "", errors)
		}
	}
}
