//go:build unix

package terminal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"httpwhy/ui/terminal"
)

func TestPagerCommand(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		have string
		want string
	}{
		{"PAGER first", map[string]string{"PAGER": "less -R", "EDITOR": "vi"}, "less", "less -R"},
		{"VISUAL before EDITOR", map[string]string{"VISUAL": "code -w", "EDITOR": "vi"}, "less", "code -w"},
		{"EDITOR", map[string]string{"PAGER": " ", "EDITOR": "vi"}, "less", "vi"},
		{"less", nil, "less", "less"},
		{"more", nil, "more", "more"},
		{"none", nil, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := terminal.PagerCommand(func(k string) string { return tt.env[k] }, func(p string) (string, error) {
				if p != tt.have {
					return "", errors.New("not found")
				}
				return p, nil
			})
			if got != tt.want {
				t.Errorf("PagerCommand = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOpenPagerKeepsTheTextPrivate(t *testing.T) {
	folder, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
	t.Setenv("TMPDIR", folder)
	t.Setenv("PAGER", `f() { ls -l "$1"; cat "$1"; echo "$1"; }; >`+out+` f`)
	d, _ := simulation(t, 10, 3)
	defer d.Fini()
	if err := terminal.OpenPager(t.Context(), d, ".json", []byte("secret\n")); err != nil {
		t.Fatal(err)
	}
	seen, err := os.ReadFile(out)
	if err != nil || !strings.HasPrefix(string(seen), "-rw-------") || !strings.Contains(string(seen), "secret\n") || !strings.HasSuffix(string(seen), ".json\n") {
		t.Errorf("the pager saw %q, %v", seen, err)
	}
	t.Setenv("PAGER", "false")
	if err := terminal.OpenPager(t.Context(), d, "", []byte("secret")); err == nil || !strings.Contains(err.Error(), "false") {
		t.Errorf("a pager that fails: %v", err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
