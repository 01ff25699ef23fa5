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
