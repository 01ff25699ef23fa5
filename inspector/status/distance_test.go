package status

import "testing"

func TestOneOff(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"timeout", "timeout", true},
		{"timeout", "timout", true},
		{"timout", "timeout", true},
		{"timeout", "timeoutt", true},
		{"timeout", "timeoux", true},
		{"timeout", "xtimeout", true},
		{"timeout", "tiemout", true},
		{"timeout", "timeotu", true},
		{"timeout", "tmieotu", false},
		{"timeout", "time", false},
		{"gateway", "getawax", false},
		{"", "", true},
		{"a", "", true},
	}
	for _, tt := range tests {
		if got := oneOff(tt.a, tt.b); got != tt.want {
			t.Errorf("oneOff(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}

func TestDistance(t *testing.T) {
	for pair, want := range map[[2]string]int{
		{"kitten", "sitting"}: 3, {"", "abc"}: 3, {"abc", ""}: 3, {"abc", "abc"}: 0, {"flaw", "lawn"}: 2,
	} {
		if got := distance(pair[0], pair[1]); got != want {
			t.Errorf("distance%q = %d, want %d", pair, got, want)
		}
	}
}
