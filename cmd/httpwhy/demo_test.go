package main

import (
	"strings"
	"testing"
)

// TestDemoShowsManyDiagnoses: at least twelve different ones, and the visit is
// not held up by any.
func TestDemoShowsManyDiagnoses(t *testing.T) {
	r := startProxy(t)
	visitDemo(t, r)
	rules := map[string]bool{}
	for _, f := range r.why("is:problem") {
		if f.Primary {
			rules[f.Rule] = true
		}
	}
	if len(rules) < 12 {
		t.Errorf("only %d different diagnoses: %v", len(rules), rules)
	}
	for flag, want := range map[string]string{"--json": `"endpoints"`, "--markdown": "| ", "--json=false": "/orders"} {
		if report := r.httpwhy("why", "--report", flag); !strings.Contains(report, want) {
			t.Errorf("why --report %s has no %s: %s", flag, want, report)
		}
	}
	for _, healthy := range []string{"path:/catalog?page", "path:/login", "path:/account"} {
		r.noAlarm(healthy)
	}
}
