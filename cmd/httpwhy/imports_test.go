package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport says which of our packages each room may see. A package that is
// not matched by a longer prefix falls under its room; "std" alone means none.
var mayImport = []struct {
	room    string
	allowed []string
}{
	{"httpwhy/inspector/exchange", nil},
	{"httpwhy/inspector/spelling", nil},
	{"httpwhy/inspector/status", []string{"httpwhy/inspector/spelling"}},
	{"httpwhy/inspector/", []string{"httpwhy/inspector/"}},
	{"httpwhy/inspector", []string{"httpwhy/inspector/"}},
	{"httpwhy/proxy", []string{"httpwhy/inspector/exchange", "httpwhy/proxy"}},
	{"httpwhy/store", []string{"httpwhy/inspector/exchange", "httpwhy/store"}},
	{"httpwhy/ui", []string{"httpwhy/inspector", "httpwhy/ui"}},
	{"httpwhy/cmd", []string{"httpwhy/"}},
}

// mayUse bars the libraries of a room from the others. The benchmark measures
// goproxy beside us.
var mayUse = map[string][]string{
	"go.etcd.io/bbolt":           {"httpwhy/store"},
	"github.com/elazarl/goproxy": {"httpwhy/proxy", "httpwhy/cmd/bench"},
	"github.com/rivo/tview":      {"httpwhy/ui"},
	"github.com/gdamore/tcell":   {"httpwhy/ui"},
	"github.com/spf13/cobra":     {"httpwhy/cmd"},
}

func TestImportsPointOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "httpwhy/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 8 {
		t.Fatalf("go list named only %d packages", len(lines))
	}
	for _, line := range lines {
		words := strings.Fields(line)
		for _, imported := range words[1:] {
			if reason := forbidden(words[0], imported); reason != "" {
				t.Errorf("%s imports %s: %s", words[0], imported, reason)
			}
		}
	}
}

func forbidden(importer, imported string) string {
	for library, rooms := range mayUse {
		within := func(room string) bool { return strings.HasPrefix(importer, room) }
		if strings.HasPrefix(imported, library) && !slices.ContainsFunc(rooms, within) {
			return "only " + strings.Join(rooms, " and ") + " may"
		}
	}
	if !strings.HasPrefix(imported, "httpwhy") {
		return ""
	}
	for _, rule := range mayImport {
		if !strings.HasPrefix(importer, rule.room) {
			continue
		}
		for _, allowed := range rule.allowed {
			if strings.HasPrefix(imported, allowed) {
				return ""
			}
		}
		return "may import only " + strings.Join(append(rule.allowed, "the standard library"), ", ")
	}
	return "this package has no rule yet: give it one"
}

func TestForbiddenSeesABackwardImport(t *testing.T) {
	for _, pair := range [][2]string{
		{"httpwhy/proxy", "httpwhy/store"},
		{"httpwhy/inspector/exchange", "httpwhy/inspector/status"},
		{"httpwhy/ui", "httpwhy/proxy"},
		{"httpwhy/inspector", "go.etcd.io/bbolt"},
	} {
		if forbidden(pair[0], pair[1]) == "" {
			t.Errorf("%s may import %s", pair[0], pair[1])
		}
	}
}
