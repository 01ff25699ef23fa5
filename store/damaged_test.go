package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"httpwhy/inspector/exchange"
)

var testBody = content(1, 100)

// filled makes a capture of n exchanges and returns its folder.
func filled(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	c := open(t, dir, Options{})
	for range n {
		recordOne(c, "/some/path/to/fill/pages", testBody)
	}
	settle(t, c)
	shut(t, c)
	return dir
}

func TestADamagedDatabaseIsRefusedAndLeftAlone(t *testing.T) {
	source := filled(t, 100)
	healthy, err := os.ReadFile(databasePath(source))
	if err != nil {
		t.Fatal(err)
	}
	page := os.Getpagesize()
	for name, damage := range map[string]func([]byte) []byte{
		"garbage":       func([]byte) []byte { return content(1, 100_000) },
		"text":          func([]byte) []byte { return bytes.Repeat([]byte("not a database "), 4096) },
		"empty":         func([]byte) []byte { return nil },
		"one byte":      func(b []byte) []byte { return b[:1] },
		"one page":      func(b []byte) []byte { return b[:page] },
		"two pages":     func(b []byte) []byte { return b[:2*page] },
		"cut in half":   func(b []byte) []byte { return b[:highWater(t, b)/2] },
		"zero headers":  func(b []byte) []byte { clear(b[:2*page]); return b },
		"zero freelist": func(b []byte) []byte { m := newest(t, b); clear(b[int(m.freelist)*page:][:page]); return b },
		"zero root":     func(b []byte) []byte { m := newest(t, b); clear(b[int(m.root)*page:][:page]); return b },
		"all but headers are zero": func(b []byte) []byte {
			clear(b[2*page:])
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			damaged := damage(bytes.Clone(healthy))
			if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(databasePath(dir), damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			// Who only reads needs no list of free pages.
			refused(t, dir, damaged, name == "zero freelist")
		})
	}
}

// refused checks that Open does not take the capture, nor OpenReader unless it
// can be read.
func refused(t *testing.T, dir string, content []byte, readable bool) {
	t.Helper()
	_, err := Open(dir, Options{})
	var damaged *UnusableError
	if !errors.As(err, &damaged) || damaged.Path != databasePath(dir) {
		t.Fatalf("Open: %v", err)
	}
	if m := err.Error(); !strings.Contains(m, "capture.db") || !strings.Contains(m, "--capture DIR") {
		t.Errorf("%q does not say what to do", m)
	}
	r, err := OpenReader(dir)
	if readable {
		if err != nil {
			t.Fatalf("OpenReader: %v", err)
		}
		checkBody(t, r, 1, testBody)
		r.Close(t.Context())
	} else if !errors.As(err, &damaged) {
		t.Errorf("OpenReader: %v", err)
	}
	if now, _ := os.ReadFile(databasePath(dir)); !bytes.Equal(now, content) {
		t.Error("the file was changed")
	}
	// The next attempt finds no lock left behind.
	if _, err := Open(dir, Options{}); !errors.As(err, &damaged) {
		t.Errorf("the second time: %v", err)
	}
}

func newest(t *testing.T, b []byte) meta {
	t.Helper()
	m, err := newestMeta(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func highWater(t *testing.T, b []byte) int { return int(newest(t, b).pages) * os.Getpagesize() }

// TestAPageIsDamagedInside: pages that are met only later must not end the
// process, neither in a reader nor in the writer.
func TestAPageIsDamagedInside(t *testing.T) {
	dir := filled(t, 2000)
	path := databasePath(dir)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, page := newest(t, b), os.Getpagesize()
	broken := 0
	for p := 2; p < int(m.pages); p++ {
		flags := binary.NativeEndian.Uint16(b[p*page+8:])
		if leaf := flags == 2; leaf && p != int(m.root) && p%3 > 0 {
			copy(b[p*page:(p+1)*page], content(p, page))
			broken++
		}
	}
	if broken < 10 {
		t.Fatalf("only %d pages damaged", broken)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	failed := 0
	if r, err := OpenReader(dir); err == nil {
		for id := exchange.ID(1); id <= 2000; id += 50 {
			if _, err := r.Exchange(t.Context(), id); err != nil {
				failed++
			}
		}
		r.Close(t.Context())
	} else {
		failed++
	}
	if failed == 0 {
		t.Error("nothing was noticed")
	}
	c, err := Open(dir, Options{})
	if err != nil {
		return // noticed at once
	}
	recordOne(c, "/new", nil)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	syncErr := c.Sync(ctx)
	if i, _ := c.Info(ctx); syncErr != nil && i.DiskError == "" {
		t.Errorf("%v, but no word in %+v", syncErr, i)
	}
	if err := c.Close(ctx); (err == nil) != (syncErr == nil) {
		t.Errorf("sync: %v, close: %v", syncErr, err)
	}
}

func TestAnotherProgramsDatabase(t *testing.T) {
	dir := t.TempDir()
	db, err := bbolt.Open(databasePath(dir), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
	db.Close()
	b, _ := os.ReadFile(databasePath(dir))
	refused(t, dir, b, false)
	if _, err := Open(dir, Options{}); !errors.Is(err, errNotCapture) {
		t.Errorf("%v", err)
	}
}

func TestANewerVersion(t *testing.T) {
	dir := filled(t, 1)
	db, err := bbolt.Open(databasePath(dir), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(metaBucket).Put(versionKey, []byte{0, 0, 0, 9}) })
	db.Close()
	if _, err := Open(dir, Options{}); !errors.Is(err, errNewer) {
		t.Errorf("Open: %v", err)
	}
	if _, err := OpenReader(dir); !errors.Is(err, errNewer) || strings.Contains(err.Error(), "damaged") {
		t.Errorf("OpenReader: %v", err)
	}
}

func TestADamagedBodyIsSaid(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, Options{})
	id := recordOne(c, "/", content(1, 1000))
	settle(t, c)
	path := segmentPath(dir, 1)
	b, _ := os.ReadFile(path)
	b[500]++
	os.WriteFile(path, b, 0o600)
	x, err := c.Exchange(t.Context(), id)
	if err != nil || x.Response.Body.State != exchange.UnrecordedBody || x.Response.Body.Data != nil || len(x.Notes) != 1 {
		t.Errorf("%+v, %v", x, err)
	}
	if _, err := c.ReadBody(t.Context(), id, exchange.ResponseSide, 0, 10); !errors.Is(err, errDamagedBody) {
		t.Errorf("%v", err)
	}
	os.Remove(path)
	if _, err := c.ReadBody(t.Context(), id, exchange.ResponseSide, 0, 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestNoCapture(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	if _, err := OpenReader(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("reading made the folder")
	}
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	if _, err := Open(file, Options{}); err == nil || !strings.Contains(err.Error(), "--capture DIR") {
		t.Errorf("%v", err)
	}
}

// TestTornTail: what follows the last commit in a segment, as after a crash, is
// written over.
func TestTornTail(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, Options{})
	first := recordOne(c, "/1", content(1, 1000))
	settle(t, c)
	shut(t, c)
	f, _ := os.OpenFile(segmentPath(dir, 1), os.O_WRONLY|os.O_APPEND, 0)
	f.Write(content(9, 5000))
	f.Close()
	c = open(t, dir, Options{})
	second := recordOne(c, "/2", content(2, 1000))
	settle(t, c)
	checkBody(t, c, first, content(1, 1000))
	checkBody(t, c, second, content(2, 1000))
	if _, places, err := c.record(second); err != nil || places.Response[0].Offset != 1000 {
		t.Errorf("%+v, %v", places, err)
	}
}
