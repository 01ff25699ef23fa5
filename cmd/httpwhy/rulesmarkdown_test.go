package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"httpwhy/inspector/rules"
)

var update = flag.Bool("update", false, "write the generated files")

const rulesPage = "../../.github/RULES.md"

func TestTheRulesPageIsUpToDate(t *testing.T) {
	want := rulesMarkdown(rules.All())
	if *update {
		if err := os.WriteFile(rulesPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(rulesPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the rules say: run go test ./cmd/httpwhy -run RulesPage -update", rulesPage)
	}
	for _, r := range rules.All() {
		if !strings.Contains(want, "\n### "+r.ID+"\n") {
			t.Errorf("%s is missing", r.ID)
		}
	}
}
