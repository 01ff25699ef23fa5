package inspector

import (
	"slices"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// choose orders the findings of one exchange and marks the one to read first:
// the heaviest, and among equals the one closest to the cause. What a more
// exact rule says better is left out. Notes come last, and are never the one to
// read first: a healthy exchange has no verdict.
func choose(found []exchange.Finding) []exchange.Finding {
	if len(found) == 0 {
		return nil
	}
	if slices.ContainsFunc(found, exact) {
		found = slices.DeleteFunc(found, fallback)
	}
	slices.SortStableFunc(found, func(a, b exchange.Finding) int {
		if an, bn := isNote(a), isNote(b); an != bn {
			if an {
				return 1
			}
			return -1
		}
		if d := b.Severity.Rank() - a.Severity.Rank(); d != 0 {
			return d
		}
		return rules.Family(a.Family).Precedence() - rules.Family(b.Family).Precedence()
	})
	for i := range found {
		slices.Sort(found[i].Related)
		found[i].Related = slices.Compact(found[i].Related)
		found[i].Primary = i == 0 && !isNote(found[0])
	}
	return found
}

// isNote reports whether f is a habit of a host or an endpoint that breaks
// nothing.
func isNote(f exchange.Finding) bool {
	r := rules.Lookup(f.Rule)
	return r != nil && (r.PerHost || r.PerEndpoint) && f.Severity.Rank() <= exchange.SeverityInfo.Rank()
}

func fallback(f exchange.Finding) bool {
	r := rules.Lookup(f.Rule)
	return r != nil && r.Fallback
}

// exact reports whether f explains the exchange's own failure: that a browser
// hides it does not, nor what is wrong with its cookies or its caching, nor what
// a rule warns of aside.
func exact(f exchange.Finding) bool {
	switch rules.Family(f.Family) {
	case rules.CORS, rules.Cookie, rules.Cache:
		return false
	}
	r := rules.Lookup(f.Rule)
	if r != nil && (r.Fallback || r.Aside && f.Severity == exchange.SeverityWarning) {
		return false
	}
	return f.Severity.Rank() >= exchange.SeverityWarning.Rank()
}
