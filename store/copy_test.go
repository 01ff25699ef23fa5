package store

import (
	"os"
	"path/filepath"
	"testing"
)

// TestACopyOfALiveCapture is one of its own: neither are its readers answered by
// the other's owner, nor does its owner take the other's socket away.
func TestACopyOfALiveCapture(t *testing.T) {
	dir, copied := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	c := open(t, dir, Options{})
	recordOne(c, "/both", nil)
	settle(t, c)
	if err := os.CopyFS(copied, withoutSocket{os.DirFS(dir)}); err != nil {
		t.Fatal(err)
	}
	recordOne(c, "/one", nil)
	settle(t, c)
	count := func(dir string, want int) {
		t.Helper()
		if rows, err := reader(t, dir).Rows(t.Context(), 0, 9); err != nil || len(rows) != want {
			t.Errorf("%s has %d rows, want %d, %v", dir, len(rows), want, err)
		}
	}
	count(copied, 1)
	other := open(t, copied, Options{})
	count(copied, 1)
	count(dir, 2)
	shut(t, other)
	count(dir, 2)
}

func TestOnlySocketsAreRemoved(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "precious")
	if err := os.WriteFile(file, []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(lockPath(dir), []byte("1\n"+file+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	shut(t, open(t, dir, Options{}))
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}
