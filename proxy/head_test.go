package proxy

import (
	"bytes"
	"testing"
)

func TestHeadEnd(t *testing.T) {
	for in, want := range map[string]int{
		"": 0, "GET": 0, "GET\r\n": 0, "GET\r\n\r": 0, "GET\r\n\r\nbody": 7, "GET\n\nbody": 5,
		"GET\r\nA: b\r\n\r\n": 13, "GET\nA: b\r\n\r\nx": 12, "GET\r\n\n": 6,
	} {
		if got := headEnd([]byte(in), 0); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
		// Byte by byte, as it may come.
		got := 0
		for n := 1; n <= len(in) && got == 0; n++ {
			got = headEnd([]byte(in[:n]), n-1)
		}
		if got != want {
			t.Errorf("%q byte by byte: %d, want %d", in, got, want)
		}
	}
}

func TestResponseHead(t *testing.T) {
	m := responseHead("HTTP/1.1 404  Not  Here\r\nset-COOKIE: a\r\nX-Fold: b\r\n  c\r\nNoColon\r\nX-Empty:\r\n\r\n")
	if m.Proto != "HTTP/1.1" || m.Status != 404 || m.Reason != " Not  Here" {
		t.Errorf("%+v", m)
	}
	want := [][2]string{{"set-COOKIE", "a"}, {"X-Fold", "b c"}, {"NoColon", ""}, {"X-Empty", ""}}
	for i, f := range m.Header {
		if i >= len(want) || f.Name != want[i][0] || f.Value != want[i][1] {
			t.Errorf("field %d: %v", i, f)
		}
	}
}

func FuzzHead(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\nHost: h\r\n\r\nbody"), 3)
	f.Add([]byte("HTTP/1.1 200 OK\nA: b\n\n"), 1)
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		want := headEnd(b, 0)
		cut = max(0, min(cut, len(b)))
		if first := headEnd(b[:cut], 0); first == 0 {
			if got := headEnd(b, cut); got != want {
				t.Errorf("cut at %d: %d, want %d", cut, got, want)
			}
		}
		if want > 0 && !bytes.HasSuffix(b[:want], []byte("\n")) {
			t.Errorf("the head ends with %q", b[:want])
		}
		m := requestHead(string(b))
		r := responseHead(string(b))
		respell(nil, string(b), &m)
		respell(nil, string(b), &r)
	})
}
