package ui

import (
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/terminal"
)

func TestLeadsTo(t *testing.T) {
	hop := func(method, url string, status int, client string, at time.Duration) *exchange.Row {
		return &exchange.Row{Method: method, URL: url, Status: status, Client: client, Start: sampleStart.Add(at), Duration: time.Millisecond}
	}
	const a, b = "http://a.test/", "http://a.test/b"
	for _, test := range []struct {
		name         string
		above, below *exchange.Row
		want         bool
	}{
		{"a redirect on the same connection", hop("GET", a, 302, "c:1", 0), hop("GET", b, 200, "c:1", 2*time.Millisecond), true},
		{"on another connection", hop("GET", a, 302, "c:1", 0), hop("GET", b, 200, "c:2", 2*time.Millisecond), false},
		{"much later", hop("GET", a, 302, "c:1", 0), hop("GET", b, 200, "c:1", time.Minute), false},
		{"before it ended", hop("GET", a, 302, "c:1", 0), hop("GET", b, 200, "c:1", 0), false},
		{"no redirect", hop("GET", a, 200, "c:1", 0), hop("GET", b, 200, "c:1", 2*time.Millisecond), false},
		{"304 is none", hop("GET", a, 304, "c:1", 0), hop("GET", b, 200, "c:1", 2*time.Millisecond), false},
		{"a preflight", hop("OPTIONS", a, 204, "c:1", 0), hop("PUT", a, 200, "c:2", 2*time.Millisecond), true},
		{"of another URL", hop("OPTIONS", a, 204, "c:1", 0), hop("PUT", b, 200, "c:1", 2*time.Millisecond), false},
		{"twice", hop("OPTIONS", a, 204, "c:1", 0), hop("OPTIONS", a, 204, "c:1", 2*time.Millisecond), false},
		{"nothing above", nil, hop("GET", a, 200, "c:1", 0), false},
		{"nothing below", hop("GET", a, 302, "c:1", 0), nil, false},
	} {
		if got := leadsTo(test.above, test.below); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
	signs := terminal.NewGlyphs(false)
	if got := bracket(false, true, signs) + bracket(true, true, signs) + bracket(true, false, signs) + bracket(false, false, signs); got != "┌│└" {
		t.Errorf("brackets %s", got)
	}
}
