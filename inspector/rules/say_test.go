package rules

import (
	"strings"
	"testing"

	"httpwhy/inspector/content"
)

// TestShownBoundsAndMasks: of a huge value the head is shown, without a secret
// that is cut in two.
func TestShownBoundsAndMasks(t *testing.T) {
	const secret = "2YotnFZFEjr1zCsicMWpAA"
	for _, at := range []int{0, maxShown - 40, 2*maxShown - 30, 2*maxShown - 20} {
		url := "/p?" + strings.Repeat("a=b&", at/4) + "access_token=" + secret + "&" + strings.Repeat("c=d&", 3*maxShown/4)
		got := shown(url, content.MaskURL)
		if len(got) > maxShown+len("…") || !strings.HasSuffix(got, "…") || strings.Contains(got, secret[:8]) {
			t.Errorf("at %d: %d bytes, ending in %q", at, len(got), got[max(0, len(got)-60):])
		}
	}
	if got := shown("/p?a=b", content.MaskURL); got != "/p?a=b" {
		t.Errorf("got %q", got)
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"äöü", 3, "äöü"}, {"äöüß", 3, "äö…"}, {"a\xffbcd", 4, "a\uFFFDb…"}, {"", 5, ""},
	} {
		if got := clip(c.in, c.n); got != c.want {
			t.Errorf("clip(%q, %d): got %q, want %q", c.in, c.n, got, c.want)
		}
	}
}
