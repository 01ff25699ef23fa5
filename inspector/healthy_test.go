package inspector

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"httpwhy/inspector/exchange"
)

// healthyWarnings are those that are true of the recorded traffic, by file and
// rule.
var healthyWarnings = map[string]int{
	"cgit.txt conditional-ignored": 1, // of a file's content, whose ETag is that of the request
	"mediawiki.txt not-found":      1, // a page that nobody has written yet
	"vendure.txt graphql-errors":   5, // asked before the login
}

// TestHealthyTraffic: real programs in ordinary use raise no alarm. The
// transcripts in testdata/healthy are shortened recordings of crawls, logins,
// edits and API calls with Chromium, curl, git, Node and Python; content that was
// shortened is marked as cut.
func TestHealthyTraffic(t *testing.T) {
	files, err := filepath.Glob("testdata/healthy/*.txt")
	if err != nil || len(files) < 14 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	exchanges, severities, warnings := 0, map[exchange.Severity]int{}, map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		xs := parse(t, string(text))
		exchanges += len(xs)
		found := findingsOf(xs)
		for _, x := range xs {
			for _, f := range found[x.ID] {
				severities[f.Severity]++
				if f.Severity == exchange.SeverityWarning {
					warnings[filepath.Base(file)+" "+f.Rule]++
				}
				if f.Severity.Rank() >= exchange.SeverityWarning.Rank() && healthyWarnings[filepath.Base(file)+" "+f.Rule] == 0 {
					t.Errorf("%s: #%d %s %s (%d): %s %s: %s", file, x.ID, x.Request.Method, x.URL, x.Status(), f.Severity, f.Rule, f.Verdict)
				}
			}
		}
		// Whatever ended first.
		slices.Reverse(xs)
		for id, fs := range findingsOf(xs) {
			if a, b := alarms(found[id]), alarms(fs); !slices.Equal(a, b) {
				t.Errorf("%s: #%d: %v, and %v in the reverse order", file, id, a, b)
			}
		}
	}
	if !maps.Equal(warnings, healthyWarnings) {
		t.Errorf("warnings %v, want %v", warnings, healthyWarnings)
	}
	score(t, "healthy traffic of real sites", "%d errors and %d warnings on %d exchanges of %d sites; the warnings are true",
		severities[exchange.SeverityError], severities[exchange.SeverityWarning], exchanges, len(files))
}

// alarms are the rules that found an error or a warning.
func alarms(fs []exchange.Finding) []string {
	var ids []string
	for _, f := range fs {
		if f.Severity.Rank() >= exchange.SeverityWarning.Rank() {
			ids = append(ids, f.Rule)
		}
	}
	return ids
}
