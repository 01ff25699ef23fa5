package main

import (
	"context"
	"crypto/x509"
	"net/url"
	"os"
	"strings"
	"testing"

	"httpwhy/cmd/httpwhy/demo"
)

// TestDemoShowsManyDiagnoses: at least twelve different ones, and the visit is
// not held up by any.
func TestDemoShowsManyDiagnoses(t *testing.T) {
	site, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	r := startProxy(t)
	pem, err := os.ReadFile(r.ca())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	proxy, err := url.Parse(r.url)
	if err != nil {
		t.Fatal(err)
	}
	if err := site.Visit(context.Background(), proxy, roots); err != nil {
		t.Fatal(err)
	}
	r.recorded("/catalog?page=2")
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
