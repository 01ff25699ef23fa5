//go:build linux

package main

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestLoad drives every scenario, straight and through goproxy, which must be
// seen as intercepting.
func TestLoad(t *testing.T) {
	origin, err := startOrigin()
	if err != nil {
		t.Fatal(err)
	}
	defer origin.close()
	handler, err := newGoproxy(true)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(handler)
	defer proxy.Close()
	for _, s := range scenarios {
		for name, address := range map[string]string{direct: "", "goproxy": strings.TrimPrefix(proxy.URL, "http://")} {
			t.Run(s.name+" "+name, func(t *testing.T) {
				l := &load{scenario: s, origin: origin, proxy: address}
				session := l.open()
				defer session.close()
				r := session.run(t.Context(), 300*time.Millisecond)
				if r.failed > 0 || r.requests == 0 {
					t.Fatalf("%d requests done, %d failed: %v", r.requests, r.failed, r.firstErr)
				}
				if want := r.requests * int64(s.body); r.bytes != want {
					t.Errorf("%d bytes, want %d", r.bytes, want)
				}
				if l.tunnelled.Load() {
					t.Error("taken for a tunnel")
				}
			})
		}
	}
}

func TestHostsAreAskedForOnce(t *testing.T) {
	l := &load{scenario: scenario{reuse: newHost}}
	seen := map[string]bool{}
	for range newHosts {
		host, err := l.host()
		if err != nil || seen[host] {
			t.Fatalf("host %q after %d: %v", host, len(seen), err)
		}
		seen[host] = true
	}
	if _, err := l.host(); err == nil {
		t.Error("a host was asked for twice")
	}
}
