package inspector

import (
	"testing"

	"httpwhy/inspector/exchange"
)

// TestTheFailureIsTheVerdict: of two exchanges with the same habit of the host,
// one that failed is read first for its failure, and one that did not for nothing.
// A warning that explains no failure does not hide it.
func TestTheFailureIsTheVerdict(t *testing.T) {
	note := exchange.Finding{Rule: "uncompressed-text", Family: "performance", Severity: exchange.SeverityInfo}
	for _, test := range []struct {
		name    string
		found   []exchange.Finding
		order   []string
		primary bool
	}{
		{"healthy", []exchange.Finding{note}, []string{"uncompressed-text"}, false},
		{
			"failed",
			[]exchange.Finding{note, {Rule: "rate-limited", Family: "rate-limit", Severity: exchange.SeverityError}},
			[]string{"rate-limited", "uncompressed-text"},
			true,
		},
		{
			"a warning aside",
			[]exchange.Finding{
				{Rule: "charset-mismatch", Family: "content", Severity: exchange.SeverityWarning},
				{Rule: "server-error", Family: "server", Severity: exchange.SeverityError},
			},
			[]string{"server-error", "charset-mismatch"},
			true,
		},
		{
			"a hint of its own",
			[]exchange.Finding{note, {Rule: "revalidated", Family: "performance", Severity: exchange.SeverityInfo}},
			[]string{"revalidated", "uncompressed-text"},
			true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := choose(test.found)
			for i, rule := range test.order {
				if got[i].Rule != rule || got[i].Primary != (i == 0 && test.primary) {
					t.Errorf("finding %d is %s (primary: %v), want %s", i, got[i].Rule, got[i].Primary, rule)
				}
			}
		})
	}
}
