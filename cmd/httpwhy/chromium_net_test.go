package main

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"httpwhy/inspector"
	"httpwhy/inspector/exchange"
	"httpwhy/proxy/tap"
)

// netCase is a raw response, and what Chromium said of it.
type netCase struct {
	ID      string
	Verdict []string
	Raw     *string
}

// bytes are the response's: the file has one character for each.
func (c *netCase) bytes() []byte {
	if strings.HasPrefix(*c.Raw, "(270047 bytes)") {
		return []byte("HTTP/1.1 200 OK\r\nX-Huge: " + strings.Repeat("a", 2<<20) + "\r\nContent-Length: 2\r\n\r\nhi")
	}
	var b []byte
	for _, r := range *c.Raw {
		b = append(b, byte(r))
	}
	return b
}

// kept is a Recorder that keeps what ended.
type kept struct {
	mu sync.Mutex
	n  exchange.ID
	xs []*exchange.Exchange
}

func (k *kept) Begin(*exchange.Exchange) exchange.ID {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n++
	return k.n
}
func (k *kept) Step(*exchange.Exchange)                       {}
func (k *kept) Spill(exchange.ID, exchange.Side, []byte) bool { return true }
func (k *kept) End(x *exchange.Exchange) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.xs = append(k.xs, x)
}

// tapped reads a raw response as the proxy's tap does. The request is that of
// Chromium, which over http offers neither br nor zstd.
func tapped(raw []byte) []*exchange.Exchange {
	k := &kept{}
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	c := tap.New(tap.Config{Recorder: k, BodyLimit: -1, Scheme: "http", Authority: "page.test:18111", Protocol: "http/1.1"})
	c.Bytes(exchange.ClientPeer, []byte("GET /x HTTP/1.1\r\nHost: page.test:18111\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n\r\n"), at)
	if len(raw) > 0 {
		c.Bytes(exchange.ServerPeer, raw, at.Add(time.Millisecond))
	}
	c.Closed(exchange.ServerPeer, nil, at.Add(2*time.Millisecond))
	c.Closed(exchange.ClientPeer, nil, at.Add(3*time.Millisecond))
	return k.xs
}

// errorsIn are the rules that report an error, fallbacks among them.
func errorsIn(xs []*exchange.Exchange) []string {
	i := inspector.New(inspector.Options{})
	found := map[exchange.ID][]exchange.Finding{}
	for _, x := range xs {
		for _, u := range i.Observe(x) {
			found[u.Exchange] = u.Findings
		}
	}
	for _, u := range i.Flush() {
		found[u.Exchange] = u.Findings
	}
	var ids []string
	for _, fs := range found {
		for _, f := range fs {
			if f.Severity == exchange.SeverityError {
				ids = append(ids, f.Rule)
			}
		}
	}
	return ids
}

// TestChromiumNet: what Chromium fails on has an error with a name, and what
// it takes has none but for its status.
func TestChromiumNet(t *testing.T) {
	text, err := os.ReadFile("../../inspector/testdata/chromium-net.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Net []netCase }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	failing, working := 0, 0
	for _, c := range file.Net {
		if c.Raw == nil {
			continue // no response: the dialling tests have these
		}
		xs := tapped(c.bytes())
		found := errorsIn(xs)
		status := 0
		if len(xs) > 0 {
			status = xs[0].Status()
		}
		switch {
		case len(c.Verdict) > 0 && len(found) == 0:
			t.Errorf("%s: Chromium says %v; nothing was found", c.ID, c.Verdict)
		case len(c.Verdict) > 0:
			failing++
			t.Logf("%-18s %-55s %v", c.ID, strings.Join(c.Verdict, " "), found)
		case len(found) > 0 && status < 400:
			t.Errorf("%s: Chromium takes it; found %v", c.ID, found)
		default:
			working++
		}
	}
	t.Logf("%d failing responses named, %d working ones without an error", failing, working)
	if failing+working < 54 {
		t.Errorf("only %d cases were read", failing+working)
	}
}

// TestMeasuredResponses compares with what headless Chromium 156 made of random
// raw responses to a fetch over http: each case is the bytes and its network
// error, "" if the page could read all. What Chromium forgives of broken framing
// (a start line such as "ICY 200 OK", a head that breaks off) is not among them.
func TestMeasuredResponses(t *testing.T) {
	text, err := os.ReadFile("../../inspector/testdata/chromium-raw.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases [][2]string
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	failing, named, alarms := 0, 0, 0
	for _, c := range cases {
		n := netCase{Raw: &c[0]}
		xs := tapped(n.bytes())
		found := errorsIn(xs)
		switch {
		case c[1] != "":
			failing++
			if len(found) > 0 {
				named++
			} else {
				t.Logf("missed %s: %.150q", c[1], c[0])
			}
		case len(found) > 0 && len(xs) > 0 && xs[0].Status() < 400:
			alarms++
			t.Errorf("Chromium reads it; found %v: %.150q", found, c[0])
		}
	}
	t.Logf("%d of %d failing responses named, %d alarms on %d others", named, failing, alarms, len(cases)-failing)
	if failing < 100 || named*100 < failing*90 {
		t.Errorf("%d of %d failing responses named, want at least 90 in 100", named, failing)
	}
}
