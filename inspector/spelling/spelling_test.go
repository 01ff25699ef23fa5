package spelling

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"status", "host", "Path", "method", "listen", "jwt-expired"}
	for word, want := range map[string]string{
		"stauts": "status", "hots": "host", "PTH": "Path", "lisen": "listen", "jwt-expird": "jwt-expired",
		"stat": "status", "zzz": "", "": "",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {strings.Repeat("x", 65), "x", 65}} {
		if got := Distance(test.a, test.b); got != test.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if Distance(test.a, test.b) != Distance(test.b, test.a) {
			t.Errorf("Distance(%q, %q) is not symmetric", test.a, test.b)
		}
	}
}
