package rules

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

func TestCacheVerdict(t *testing.T) {
	for _, c := range []struct{ name, request, status, response, want string }{
		{"explicit", "", "200", "Cache-Control: max-age=600", "stored by browsers and shared caches, fresh for 10 min (max-age)"},
		{"shared", "", "200", "Cache-Control: max-age=60, s-maxage=600", "stored by browsers and shared caches, fresh for 10 min there and 1 min in browsers"},
		{"s-maxage-alone", "", "302", "Cache-Control: s-maxage=600", "stored by browsers and shared caches, fresh for 10 min there and 0 ms in browsers"},
		{"private", "", "200", "Cache-Control: private, max-age=60", "stored by the client alone (private), fresh for 1 min (max-age)"},
		{"private-field", "", "200", `Cache-Control: private="Set-Cookie", max-age=60`, "stored by browsers and shared caches, fresh for 1 min (max-age)"},
		{"no-cache", "", "200", "Cache-Control: no-cache", "stored by browsers and shared caches, asked about before each use (no-cache)"},
		{"no-store", "", "200", "Cache-Control: no-store, max-age=60", "not stored by caches: no-store"},
		{"request-no-store", "Cache-Control: no-store", "200", "Cache-Control: max-age=60", "not stored by caches: the request says no-store"},
		{"authorization", "Authorization: Bearer x", "200", "Cache-Control: max-age=60", "stored by the client alone (the request has Authorization), fresh for 1 min (max-age)"},
		{"authorization-public", "Authorization: Bearer x", "200", "Cache-Control: max-age=60, public", "stored by browsers and shared caches, fresh for 1 min (max-age)"},
		{"expires", "", "200", "Date: Sun, 22 Nov 2026 14:00:00 GMT\nExpires: Sun, 22 Nov 2026 15:00:00 GMT", "stored by browsers and shared caches, fresh for 1 h (Expires)"},
		{"expires-zero", "", "200", "Expires: 0", "stored by browsers and shared caches, asked about before each use (Expires)"},
		{"max-age-wins", "", "200", "Cache-Control: max-age=60\nExpires: 0", "stored by browsers and shared caches, fresh for 1 min (max-age)"},
		{"heuristic", "", "200", "Date: Sun, 22 Nov 2026 14:00:00 GMT\nLast-Modified: Sun, 22 Nov 2026 04:00:00 GMT", "stored by browsers and shared caches, without a lifetime: caches may guess 1 h"},
		{"heuristic-308", "", "308", "", "stored by browsers and shared caches, without a lifetime: asked about before each use"},
		{"not-302", "", "302", "", "not stored by caches: a 302 needs an explicit lifetime"},
		{"error", "", "500", "Cache-Control: max-age=60", "stored by browsers and shared caches, fresh for 1 min (max-age)"},
		{"vary-star", "", "200", "Cache-Control: max-age=60\nVary: *", "not stored by caches: Vary: *"},
		{"huge", "", "200", "Cache-Control: max-age=99999999999999999999", "stored by browsers and shared caches, fresh for 24855 days (max-age)"},
		{"twice", "", "200", "Cache-Control: max-age=60, max-age=30", "stored by browsers and shared caches, fresh for 30 s (max-age)"},
	} {
		text := "> GET http://app.test/ HTTP/1.1\n" + marks("> ", c.request) + "< HTTP/1.1 " + c.status + "\n" + marks("< ", c.response)
		xs, err := transcript.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := CacheVerdictOf(xs[0])
		if got := v.String(); !ok || got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if _, ok := CacheVerdictOf(&exchange.Exchange{Request: exchange.Message{Method: http.MethodGet}}); ok {
		t.Error("a verdict without a response")
	}
}

func marks(mark, lines string) string {
	if lines == "" {
		return ""
	}
	return mark + strings.ReplaceAll(lines, "\n", "\n"+mark) + "\n"
}

func TestCacheHit(t *testing.T) {
	for line, want := range map[string]string{
		"Age: 5": "Age", "Age: 0": "", "X-Cache: HIT from cdn": "X-Cache", "X-Cache: MISS": "", "CF-Cache-Status: DYNAMIC": "",
		"Cache-Status: cdn; hit; ttl=5": "Cache-Status", "Cache-Status: cdn; fwd=miss": "",
	} {
		name, value, _ := strings.Cut(line, ": ")
		if got := cacheHit(exchange.Header{{Name: name, Value: value}}); got != want {
			t.Errorf("%s: got %q", line, got)
		}
	}
}

func TestUnchanged(t *testing.T) {
	header := func(lines ...string) (h exchange.Header) {
		for _, l := range lines {
			name, value, _ := strings.Cut(l, ": ")
			h = append(h, exchange.Field{Name: name, Value: value})
		}
		return h
	}
	const early, late = "Sun, 22 Nov 2026 14:00:00 GMT", "Sun, 22 Nov 2026 15:00:00 GMT"
	for _, c := range []struct {
		request, response exchange.Header
		want              string
	}{
		{header(`If-None-Match: "a", "b"`), header(`ETag: W/"b"`), "If-None-Match"},
		{header(`If-None-Match: W/"b"`), header(`ETag: "b"`), "If-None-Match"},
		{header(`If-None-Match: *`), header(`ETag: "b"`), ""},
		{header(`If-None-Match: "a"`, "If-Modified-Since: "+late), header(`ETag: "b"`, "Last-Modified: "+early), ""},
		{header("If-Modified-Since: " + late), header("Last-Modified: " + early), "If-Modified-Since"},
		{header("If-Modified-Since: " + early), header("Last-Modified: " + late), ""},
		{header("If-Modified-Since: yesterday"), header("Last-Modified: " + early), ""},
	} {
		if got, _ := unchanged(c.request, c.response); got != c.want {
			t.Errorf("%v against %v: got %q, want %q", c.request, c.response, got, c.want)
		}
	}
}

func FuzzCacheControl(f *testing.F) {
	f.Add(`max-age=60, private="Set-Cookie, X", no-cahce, s-maxage=1h`, "Sun, 22 Nov 2026 14:00:00 GMT")
	f.Fuzz(func(t *testing.T, control, date string) {
		h := exchange.Header{{Name: "Cache-Control", Value: control}, {Name: "Date", Value: date}, {Name: "Expires", Value: date}, {Name: "Age", Value: control}}
		x := &exchange.Exchange{Request: exchange.Message{Method: http.MethodGet}, Response: &exchange.Message{Status: 200, Header: h}}
		v, _ := CacheVerdictOf(x)
		if v.Lifetime < 0 || v.SharedLifetime < 0 || v.Lifetime > 1<<31*time.Second && v.Basis != "Expires" {
			t.Errorf("%q, %q: %+v", control, date, v)
		}
		_, _ = contradiction(cacheControl(h))
	})
}
