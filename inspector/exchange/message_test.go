package exchange

import (
	"slices"
	"testing"
)

func TestHeaderLookupIgnoresCaseAndKeepsOrder(t *testing.T) {
	h := Header{{"Set-Cookie", "a=1"}, {"X-Empty", ""}, {"set-cookie", "b=2"}}
	if got := h.Get("SET-COOKIE"); got != "a=1" {
		t.Errorf("Get = %q, want the first line", got)
	}
	if got := h.Values("Set-Cookie"); !slices.Equal(got, []string{"a=1", "b=2"}) {
		t.Errorf("Values = %q", got)
	}
	if !h.Has("x-empty") || h.Has("x-absent") || h.Get("x-absent") != "" {
		t.Error("an empty field must be told from an absent one by Has")
	}
}

func TestHeaderList(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"absent", nil, nil},
		{"empty members", []string{", a ,,b,"}, []string{"a", "b"}},
		{"two lines", []string{"a", "b, c"}, []string{"a", "b", "c"}},
		{"quoted comma", []string{`x="1,2", y`}, []string{`x="1,2"`, "y"}},
		{"escaped quote", []string{`x="\",", y`}, []string{`x="\","`, "y"}},
		{"unterminated quote", []string{`x="a, y`}, []string{`x="a, y`}},
		{"dangling escape", []string{`"\`}, []string{`"\`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var h Header
			for _, l := range test.lines {
				h = append(h, Field{"List", l})
			}
			if got := h.List("list"); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestHasToken(t *testing.T) {
	h := Header{{"Connection", "keep-alive, Upgrade"}, {"Accept", "text/html;q=0.5"}}
	for name, want := range map[string]bool{"upgrade": true, "Keep-Alive": true, "up": false} {
		if got := h.HasToken("connection", name); got != want {
			t.Errorf("HasToken(%q) = %v", name, got)
		}
	}
	if !h.HasToken("accept", "text/html") {
		t.Error("parameters must not hide a token")
	}
}

func TestMediaType(t *testing.T) {
	for v, want := range map[string]string{
		"": "", "Application/JSON; charset=utf-8": "application/json", " text/html ": "text/html",
	} {
		m := Message{Header: Header{{"content-type", v}}}
		if got := m.MediaType(); got != want {
			t.Errorf("MediaType(%q) = %q, want %q", v, got, want)
		}
	}
}

func FuzzHeaderList(f *testing.F) {
	f.Add(`a, "b,c", d`)
	f.Add(`"\`)
	f.Fuzz(func(t *testing.T, v string) {
		for _, m := range (Header{{"X", v}}).List("x") {
			if m == "" {
				t.Errorf("empty member in %q", v)
			}
		}
	})
}
