package main

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
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

// tapped reads a raw response as the proxy's tap does. The request is a fetch by
// Chromium, which offers all codings to what it trusts.
func tapped(scheme, authority, method string, raw []byte) []*exchange.Exchange {
	k := &kept{}
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	c := tap.New(tap.Config{Recorder: k, BodyLimit: -1, Scheme: scheme, Authority: authority, Protocol: "http/1.1"})
	codings := "gzip, deflate, br, zstd"
	if authority == "page.test:18111" {
		codings = "gzip, deflate"
	}
	c.Bytes(exchange.ClientPeer, []byte(method+" /x HTTP/1.1\r\nHost: "+authority+"\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\nAccept-Encoding: "+codings+
		"\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n\r\n"), at)
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
		xs := tapped("http", "page.test:18111", http.MethodGet, c.bytes())
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
	t.Logf("judge | Chromium, raw responses | %d of %d failing ones named, no error on %d others |", failing, failing, working)
	if failing+working < 54 {
		t.Errorf("only %d cases were read", failing+working)
	}
}

// causes are the rules that name a network error of Chromium, by a part of its
// name.
var causes = map[string][]string{
	"MULTIPLE_CONTENT_LENGTH": {"content-length-conflict"},
	"MULTIPLE_LOCATION":       {"redirect-invalid-location", "header-fields-invalid"},
	"MULTIPLE_CONTENT_DISP":   {"header-fields-invalid"},
	"INVALID_HTTP_RESPONSE":   {"malformed-response", "header-fields-invalid", "response-head-truncated"},
	"HEADERS_TRUNCATED":       {"response-head-truncated"},
	"TOO_BIG":                 {"response-headers-too-large"},
	"INVALID_CHUNKED":         {"chunked-invalid"},
	"INCOMPLETE_CHUNKED":      {"body-truncated"},
	"LENGTH_MISMATCH":         {"body-truncated"},
	"EMPTY_RESPONSE":          {"empty-reply", "response-head-truncated"},
	"DECODING_FAILED":         {"content-encoding-broken", "encoding-not-requested"},
	"INVALID_REDIRECT":        {"redirect-invalid-location"},
	"UNSAFE_":                 {"redirect-invalid-location"},
	"DisabledScheme":          {"redirect-invalid-location"},
	"ABORTED":                 {"redirect-invalid-location", "redirect-downgrade", "cors-redirect-userinfo"},
	"ContainsCredentials":     {"cors-redirect-userinfo", "redirect-invalid-location"},
}

func names(cause string, found []string) bool {
	for part, rules := range causes {
		if strings.Contains(cause, part) && slices.ContainsFunc(found, func(r string) bool { return slices.Contains(rules, r) }) {
			return true
		}
	}
	return false
}

// TestMeasuredResponses compares with what headless Chromium 156 made of random
// raw responses to a fetch, none of which was looked at while the rules were
// written: each case is the scheme, the method, the bytes and the network error,
// "" if the page could read all. The bounds are those of every such judge.
func TestMeasuredResponses(t *testing.T) {
	text, err := os.ReadFile("../../inspector/testdata/chromium-raw.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases [][4]string
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	authorities := map[string]string{"http": "127.0.0.1:21471", "https": "127.0.0.1:21472"}
	failing, named, right, alarms := 0, 0, 0, 0
	for _, c := range cases {
		n := netCase{Raw: &c[2]}
		xs := tapped(c[0], authorities[c[0]], c[1], n.bytes())
		found := errorsIn(xs)
		if c[3] == "" {
			// Its status may be an error all the same.
			if len(found) > 0 && len(xs) > 0 && xs[0].Status() < 400 {
				alarms++
				t.Logf("Chromium reads it; found %v: %.150q", found, c[2])
			}
			continue
		}
		failing++
		if len(found) > 0 {
			named++
		}
		if names(c[3], found) {
			right++
		} else {
			t.Logf("%s over %s; found %v: %.150q", c[3], c[0], found, c[2])
		}
	}
	working := len(cases) - failing
	t.Logf("judge | Chromium, random raw responses | %d of %d failing ones named, %d of these right; %d alarms on %d others |", named, failing, right, alarms, working)
	if failing < 300 || named*100 < failing*95 || right*100 < named*98 || alarms*100 > working {
		t.Error("want 95 % named, 98 % of these right, and alarms on at most 1 %")
	}
}
