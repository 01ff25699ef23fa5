package report

import (
	"testing"

	"httpwhy/inspector/exchange"
)

func TestFold(t *testing.T) {
	findings := func(primary bool, n int) []exchange.Finding {
		fs := make([]exchange.Finding, n)
		if n > 0 {
			fs[0].Primary = primary
		}
		return fs
	}
	for _, test := range []struct {
		primary             bool
		n, whole, remainder int
	}{
		{false, 0, 0, 0}, {true, 1, 1, 0}, {true, 4, 4, 0}, {true, 6, 4, 2}, {false, 2, 0, 2},
	} {
		whole, folded := Fold(findings(test.primary, test.n))
		if len(whole) != test.whole || len(folded) != test.remainder {
			t.Errorf("of %d findings, primary %v, %d are whole and %d folded", test.n, test.primary, len(whole), len(folded))
		}
	}
}

func TestLineIsOneLine(t *testing.T) {
	got := Line(&exchange.Finding{Rule: "uncompressed-text", Severity: exchange.SeverityInfo, Short: "90 KiB\nuncompressed"})
	if want := "• info uncompressed-text: 90 KiB uncompressed"; got != want {
		t.Errorf("the line is %q, want %q", got, want)
	}
}
