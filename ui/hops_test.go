package ui

import (
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/terminal"
)

func TestLeadsTo(t *testing.T) {
	h := newHops(nil)
	h.targets[1] = "http://a.test/b"
	hop := func(id exchange.ID, method, url string, status int, client string, at time.Duration) *exchange.Row {
		return &exchange.Row{
			ID: id, Method: method, URL: url, Status: status, Client: client,
			Start: sampleStart.Add(at), Duration: time.Millisecond,
		}
	}
	const a, b, later = "http://a.test/", "http://a.test/b", 2 * time.Millisecond
	for _, test := range []struct {
		name         string
		above, below *exchange.Row
		want         bool
	}{
		{"a redirect to the next", hop(1, "GET", a, 302, "c:1", 0), hop(2, "GET", b, 200, "c:2", later), true},
		{"with a fragment", hop(1, "GET", a, 302, "c:1", 0), hop(2, "GET", b+"#x", 200, "c:2", later), true},
		{"to elsewhere", hop(1, "GET", a, 302, "c:1", 0), hop(2, "GET", a, 200, "c:1", later), false},
		{"not read yet", hop(5, "GET", a, 302, "c:1", 0), hop(6, "GET", b, 200, "c:1", later), false},
		{"of another client", hop(1, "GET", a, 302, "c:1", 0), hop(2, "GET", b, 200, "d:1", later), false},
		{"before it ended", hop(1, "GET", a, 302, "c:1", 0), hop(2, "GET", b, 200, "c:1", 0), false},
		{"no redirect", hop(1, "GET", a, 200, "c:1", 0), hop(2, "GET", b, 200, "c:1", later), false},
		{"304 is none", hop(1, "GET", a, 304, "c:1", 0), hop(2, "GET", b, 200, "c:1", later), false},
		{"a preflight", hop(1, "OPTIONS", a, 204, "c:1", 0), hop(2, "PUT", a, 200, "c:2", later), true},
		{"of another URL", hop(1, "OPTIONS", a, 204, "c:1", 0), hop(2, "PUT", b, 200, "c:1", later), false},
		{"twice", hop(1, "OPTIONS", a, 204, "c:1", 0), hop(2, "OPTIONS", a, 204, "c:1", later), false},
		{"nothing above", nil, hop(2, "GET", a, 200, "c:1", 0), false},
		{"nothing below", hop(1, "GET", a, 302, "c:1", 0), nil, false},
	} {
		if got := h.leadsTo(test.above, test.below); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
	signs := terminal.NewGlyphs(false)
	if got := bracket(false, true, signs) + bracket(true, true, signs) + bracket(true, false, signs) + bracket(false, false, signs); got != "┌│└" {
		t.Errorf("brackets %s", got)
	}
}

func TestRedirectTarget(t *testing.T) {
	for location, want := range map[string]string{
		"/b": "http://a.test/b", "c?x=1#top": "http://a.test/dir/c?x=1", "https://b.test": "https://b.test/",
		"//b.test/": "http://b.test/", "http://[": "",
	} {
		x := get("http://a.test/dir/", 302, time.Millisecond, "", "")
		x.Response.Header = append(x.Response.Header, exchange.Field{Name: "Location", Value: location})
		if got := redirectTarget(x); got != want {
			t.Errorf("%s: %s, want %s", location, got, want)
		}
	}
	if got := redirectTarget(underWay()); got != "" {
		t.Errorf("no response redirects to %s", got)
	}
}
