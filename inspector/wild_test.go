package inspector

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

// TestWild measures the rules on answers as they are met in the wild, each
// beside some that look alike: testdata/wild holds one file for each family, in
// the notation of package transcript. "### NAME: RULE" begins a case, whose last
// exchange has RULE as its primary finding; "quiet" is no error and no warning;
// "not RULE" is anything but that rule.
func TestWild(t *testing.T) {
	files, err := filepath.Glob("testdata/wild/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	named, right, alarms, quiet := 0, 0, 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for c := range strings.SplitSeq("\n"+string(text), "\n### ") {
			if strings.TrimSpace(c) == "" {
				continue
			}
			head, body, _ := strings.Cut(c, "\n")
			name, want, _ := strings.Cut(head, ": ")
			xs, err := transcript.Parse(body)
			if err != nil || len(xs) == 0 {
				t.Errorf("%s: %s: %d exchanges, error %v", file, name, len(xs), err)
				continue
			}
			found := observe(xs)
			ok := false
			switch not, isNot := strings.CutPrefix(want, "not "); {
			case want == "quiet":
				quiet++
				ok = len(found) == 0 || found[0].Severity.Rank() < exchange.SeverityWarning.Rank()
			case isNot:
				quiet++
				ok = !slices.ContainsFunc(found, func(f exchange.Finding) bool { return f.Rule == not })
			default:
				named++
				ok = len(found) > 0 && found[0].Rule == want
			}
			switch {
			case !ok:
				t.Errorf("%s: %s: want %s, found %s", filepath.Base(file), name, want, verdicts(found))
				if want == "quiet" || strings.HasPrefix(want, "not ") {
					alarms++
				}
			case want != "quiet" && !strings.HasPrefix(want, "not "):
				right++
			}
		}
	}
	score(t, "documented and captured answers", "%d of %d named, %d false alarms on %d lookalikes", right, named, alarms, quiet)
}

// observe returns the findings of the last exchange once all were seen.
func observe(xs []*exchange.Exchange) (found []exchange.Finding) {
	i := New(Options{})
	take := func(updates []Update) {
		for _, u := range updates {
			if u.Exchange == xs[len(xs)-1].ID {
				found = u.Findings
			}
		}
	}
	for _, x := range xs {
		take(i.Observe(x))
	}
	take(i.Flush())
	return found
}

func verdicts(found []exchange.Finding) string {
	var lines []string
	for _, f := range found {
		lines = append(lines, f.Rule+" ("+string(f.Severity)+"): "+f.Verdict)
	}
	return strings.Join(lines, " | ")
}
