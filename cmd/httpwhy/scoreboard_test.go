package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"httpwhy/inspector/rules"
)

const (
	readme          = "../../README.md"
	scoreboardBegin = "<!-- The scoreboard is written by its test. -->\n"
	scoreboardEnd   = "<!-- end -->\n"
)

// judge is a line that a test logs of a program that knows the answer, and of
// how often the rules agree. The figures of a live judge are those of one run.
var judge = regexp.MustCompile(`: (live )?judge (\| .* \| .* \|)\n`)

// cost is what the benchmark of all corpora prints.
var cost = regexp.MustCompile(`BenchmarkObserve/mix.*`)

// TestScoreboard asks every judge again, in the package where it sits, and holds
// the table in the README against what they say.
func TestScoreboard(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the tests of the judges once more")
	}
	run := "^Test(Chromium|Measured|Wild|HealthyTraffic|GatewayPages|JWTRulesAgainstJudge|ErrorTextsAreNamed)"
	out, err := exec.Command("go", "test", "-v", "-count=1", "-run", run, "-skip", "Streams|NamesCORSErrors|RandomAnswers",
		"httpwhy/inspector", "httpwhy/inspector/rules", "httpwhy/proxy", "httpwhy/cmd/httpwhy").CombinedOutput()
	if err != nil {
		t.Fatalf("a judge disagrees: %v\n%s", err, out)
	}
	var fixed, live []string
	for _, m := range judge.FindAllStringSubmatch(string(out), -1) {
		if m[1] != "" {
			live = append(live, m[2])
			continue
		}
		fixed = append(fixed, m[2])
	}
	if len(fixed) < 14 {
		t.Errorf("only %d judges spoke:\n%s", len(fixed), strings.Join(fixed, "\n"))
	}
	table := "| judge | result |\n|---|---|\n" + strings.Join(fixed, "\n") + "\n"
	t.Logf("\n%s%s", table, strings.Join(live, "\n"))
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), scoreboardBegin)
	written, after, ok := strings.Cut(rest, scoreboardEnd)
	if !ok {
		t.Fatal("the README has no place for the scoreboard")
	}
	if *update {
		size := fmt.Sprintf("| the catalogue | %d rules, each with examples that fire and that stay quiet |", len(rules.All()))
		written = table + strings.Join(append(live, size, costRow(t)), "\n") + "\n"
		if err := os.WriteFile(readme, []byte(before+scoreboardBegin+written+scoreboardEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.HasPrefix(written, table) {
		t.Error("the scoreboard in the README is not the one above: run go test ./cmd/httpwhy -run Scoreboard -update")
	}
}

// costRow measures what the rules cost here and now.
func costRow(t *testing.T) string {
	out, err := exec.Command("go", "test", "-run", "^$", "-bench", "BenchmarkObserve/mix", "httpwhy/inspector").CombinedOutput()
	line := cost.Find(out)
	if err != nil || line == nil {
		t.Fatalf("%v\n%s", err, out)
	}
	micros := map[string]float64{}
	fields := strings.Fields(string(line))
	for i := 3; i < len(fields); i += 2 {
		ns, err := strconv.ParseFloat(fields[i-1], 64)
		if err != nil {
			t.Fatal(err)
		}
		micros[fields[i]] = ns / 1000
	}
	return fmt.Sprintf("| the clock, mixed traffic | all rules take %.0f µs for an exchange at the median, %.0f µs at the 99th percentile |", micros["p50-ns"], micros["p99-ns"])
}
