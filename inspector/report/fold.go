package report

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

// maxSecondary is how many findings are shown whole beside the primary one.
const maxSecondary = 3

// Fold divides the findings of an exchange, which are in their order, into those
// to show whole and those to name in a line: habits of the host, and whatever
// would bury the cause.
func Fold(fs []exchange.Finding) (whole, folded []exchange.Finding) {
	n := 0
	if len(fs) > 0 && fs[0].Primary {
		n = min(len(fs), 1+maxSecondary)
	}
	return fs[:n], fs[n:]
}

// Line names a folded finding.
func Line(f *exchange.Finding) string {
	return visible(fmt.Sprintf("%s %s %s: %s", glyphs[f.Severity], f.Severity, f.Rule, f.Short))
}
