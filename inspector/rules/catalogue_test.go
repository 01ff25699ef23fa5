package rules_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"httpwhy/inspector"
	"httpwhy/inspector/exchange"
	"httpwhy/inspector/report"
	"httpwhy/inspector/rules"
	"httpwhy/inspector/transcript"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestCatalogue executes the examples of every rule.
func TestCatalogue(t *testing.T) {
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			checkRule(t, r)
			var golden strings.Builder
			fires, quiet := 0, 0
			names := map[string]bool{}
			for _, e := range r.Examples {
				if e.Name == "" || names[e.Name] {
					t.Errorf("the name %q of an example is empty or used twice", e.Name)
				}
				names[e.Name] = true
				if e.Finds == "" {
					quiet++
				} else {
					fires++
				}
				if text := checkExample(t, r, &e); text != "" {
					fmt.Fprintf(&golden, "== %s\n%s\n", e.Name, text)
				}
			}
			if fires == 0 || quiet == 0 {
				t.Errorf("%d examples fire and %d stay quiet; at least one of each is needed", fires, quiet)
			}
			compareGolden(t, filepath.Join("testdata", r.ID+".golden"), golden.String())
		})
	}
}

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func checkRule(t *testing.T, r *rules.Rule) {
	if !kebab.MatchString(r.ID) {
		t.Error("the ID is not kebab-case")
	}
	if r.Title == "" || r.Explain == "" || r.FixClient == "" || r.FixServer == "" || r.Check == nil {
		t.Error("Title, Explain, both fixes and Check are needed")
	}
	if !strings.HasPrefix(r.Spec, "https://") {
		t.Errorf("the reference %q is no https URL", r.Spec)
	}
	if r.Family.Precedence() > rules.Performance.Precedence() || r.Severity == "" {
		t.Errorf("unknown family %q or severity %q", r.Family, r.Severity)
	}
}

// checkExample observes the example in its order and backwards, and returns
// the rule's rendered finding.
func checkExample(t *testing.T, r *rules.Rule, e *rules.Example) string {
	xs, err := transcript.Parse(e.HTTP)
	if err != nil || len(xs) == 0 {
		t.Errorf("%s: %d exchanges, error %v", e.Name, len(xs), err)
		return ""
	}
	on := xs[len(xs)-1]
	for _, x := range xs {
		if x.ID == e.On {
			on = x
		}
	}
	found := findings(xs)[on.ID]
	slices.Reverse(xs)
	if a, b := fmt.Sprintf("%+v", found), fmt.Sprintf("%+v", findings(xs)[on.ID]); a != b {
		t.Errorf("%s: the order of completion changes the findings:\n%s\n%s", e.Name, a, b)
	}
	text := ""
	for _, f := range found {
		problem := f.Severity.Rank() >= exchange.SeverityWarning.Rank()
		switch {
		case f.Rule == r.ID && e.Finds == "":
			t.Errorf("%s: must stay quiet, says %q", e.Name, f.Verdict)
		case f.Rule == r.ID:
			text = report.Text(&f, on, 80)
			checkFinding(t, e, &f)
		case problem && !slices.Contains(e.Also, f.Rule):
			t.Errorf("%s: %s fires too: %q", e.Name, f.Rule, f.Verdict)
		}
	}
	if e.Finds != "" && text == "" {
		t.Errorf("%s: does not fire; found %v", e.Name, found)
	}
	return text
}

func checkFinding(t *testing.T, e *rules.Example, f *exchange.Finding) {
	if !strings.Contains(f.Verdict, e.Finds) {
		t.Errorf("%s: verdict %q does not contain %q", e.Name, f.Verdict, e.Finds)
	}
	if n := utf8.RuneCountInString(f.Short); n == 0 || n > 48 {
		t.Errorf("%s: short text %q has %d cells, not 1 to 48", e.Name, f.Short, n)
	}
	if len(f.Evidence) == 0 {
		t.Errorf("%s: no evidence", e.Name)
	}
	if f.Severity.Rank() >= exchange.SeverityWarning.Rank() && f.Fix.Client.Copy == "" && f.Fix.Server.Copy == "" {
		t.Errorf("%s: no line to paste", e.Name)
	}
}

// findings are those of every exchange once all were observed.
func findings(xs []*exchange.Exchange) map[exchange.ID][]exchange.Finding {
	i := inspector.New(inspector.Options{})
	found := map[exchange.ID][]exchange.Finding{}
	take := func(updates []inspector.Update) {
		for _, u := range updates {
			found[u.Exchange] = u.Findings
		}
	}
	for _, x := range xs {
		take(i.Observe(x))
	}
	take(i.Flush())
	return found
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if string(want) != got {
		t.Errorf("%s differs; run the test with -update and review:\n%s", path, got)
	}
}

// TestFilesAreRegistered finds rule files that the build leaves out because of
// their name, e.g. a-rule_js.go, and goldens without a rule.
func TestFilesAreRegistered(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") && strings.Contains(string(text), "\nvar _ = rule(Rule{") {
			id := strings.TrimSuffix(file, ".go")
			sources[id] = true
			if rules.Lookup(id) == nil {
				t.Errorf("%s registers no rule called %s, or the build leaves it out", file, id)
			}
		}
	}
	for _, r := range rules.All() {
		if !sources[r.ID] {
			t.Errorf("the rule %s is not in a file of its name", r.ID)
		}
	}
	goldens, _ := filepath.Glob("testdata/*.golden")
	for _, g := range goldens {
		if rules.Lookup(strings.TrimSuffix(filepath.Base(g), ".golden")) == nil {
			t.Errorf("%s has no rule", g)
		}
	}
}

func TestNearest(t *testing.T) {
	for misspelt, want := range map[string]string{
		"cors-acao-mising": "cors-acao-missing", "cors-masks": "cors-masks-error-status", "zzzzzzzz": "",
	} {
		if got := rules.Nearest(misspelt); got != want {
			t.Errorf("%s: got %q, want %q", misspelt, got, want)
		}
	}
	if rules.Lookup("cors-acao-missing") == nil || rules.Lookup("no-such-rule") != nil {
		t.Error("Lookup")
	}
}
