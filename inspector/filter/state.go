package filter

import (
	"strings"
	"time"

	"httpwhy/inspector/spelling"

	"httpwhy/inspector/exchange"
)

// states are the values of is:.
var states = []struct {
	name string
	is   func(r *exchange.Row) bool
}{
	{"problem", (*exchange.Row).Problem},
	{"error", func(r *exchange.Row) bool { return hasSeverity(r, exchange.SeverityError) }},
	{"warning", func(r *exchange.Row) bool { return hasSeverity(r, exchange.SeverityWarning) }},
	{"failed", func(r *exchange.Row) bool { return r.State == exchange.Failed }},
	{"active", func(r *exchange.Row) bool { return r.State == exchange.Active }},
	{"complete", func(r *exchange.Row) bool { return r.State == exchange.Complete }},
	{"synthetic", func(r *exchange.Row) bool { return r.Synthetic }},
	{"tunnel", func(r *exchange.Row) bool { return r.Mode == exchange.Tunnel }},
}

func hasSeverity(r *exchange.Row, s exchange.Severity) bool {
	for i := range r.Findings {
		if r.Findings[i].Severity == s {
			return true
		}
	}
	return false
}

func stateNames() []string {
	names := make([]string, 0, len(states))
	for _, s := range states {
		names = append(names, s.name)
	}
	return names
}

func makeIs(v string, _ bool) (test, string) {
	var list []func(*exchange.Row) bool
	for item := range strings.SplitSeq(lower(v), ",") {
		found := false
		for _, s := range states {
			if s.name == item {
				list, found = append(list, s.is), true
			}
		}
		if !found {
			if near := spelling.Nearest(item, stateNames()); near != "" {
				return nil, "unknown value " + item + ": did you mean " + near + "?"
			}
			return nil, wants("is")
		}
	}
	return func(r *exchange.Row, _ time.Time) bool {
		for _, is := range list {
			if is(r) {
				return true
			}
		}
		return false
	}, ""
}
