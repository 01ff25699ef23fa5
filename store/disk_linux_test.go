package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// mount makes a file system of this size.
func mount(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("not permitted to mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all space that is left, and returns how to give it back.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, block := range [][]byte{make([]byte, 64<<10), make([]byte, 4096)} {
		for err = error(nil); err == nil; {
			_, err = f.Write(block)
		}
	}
	return func() { os.Remove(path) }
}

func TestAFullDisk(t *testing.T) {
	mounted := mount(t, "size=8m")
	dir := filepath.Join(mounted, "capture")
	acknowledged := map[exchange.ID]bool{}
	var told []string
	c := open(t, dir, Options{Committed: func(xs []*exchange.Exchange) {
		for _, x := range xs {
			acknowledged[x.ID] = true
		}
	}, Disk: func(failure string) { told = append(told, failure) }})
	before := recordOne(c, "/before", content(1, 200_000))
	settle(t, c)
	free := fill(t, mounted)
	for i := range 50 {
		recordOne(c, "/during", content(i, 20_000))
	}
	spilled := recordOne(c, "/spilled", content(7, 300_000))
	if err := c.Sync(t.Context()); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("sync on a full disk: %v", err)
	}
	i, err := c.Info(t.Context())
	if err != nil || !strings.Contains(i.DiskError, "no space left") || i.Unwritten != 51 || i.Exchanges != 1 {
		t.Errorf("%+v, %v", i, err)
	}
	// All of it can be looked at meanwhile.
	checkBody(t, c, before, content(1, 200_000))
	if x, err := c.Exchange(t.Context(), 2); err != nil || !bytes.Equal(x.Response.Body.Data, content(0, 20_000)) {
		t.Errorf("an exchange in memory: %v", err)
	}
	if rows, err := c.Rows(t.Context(), 0, 100); err != nil || len(rows) != 52 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	free()
	recovered(t, c)
	if len(acknowledged) != 52 {
		t.Errorf("%d acknowledged", len(acknowledged))
	}
	for n := range 50 {
		checkBody(t, c, exchange.ID(n+2), content(n, 20_000))
	}
	checkBody(t, c, spilled, content(7, 300_000))
	shut(t, c)
	if len(told) != 2 || !strings.Contains(told[0], "no space left") || told[1] != "" {
		t.Errorf("told %q", told)
	}
	c = open(t, dir, Options{})
	if rows, err := c.Rows(t.Context(), 0, 100); err != nil || len(rows) != 52 {
		t.Errorf("%d rows after all, %v", len(rows), err)
	}
}

// recovered waits until the disk takes everything again.
func recovered(t *testing.T, c *Capture) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for v := c.Version(); c.Sync(ctx) != nil; {
		if ctx.Err() != nil {
			t.Fatal("the disk has room again, but nothing is written")
		}
		v, _ = c.Wait(ctx, v)
	}
	if i, err := c.Info(ctx); err != nil || i.DiskError != "" || i.Unwritten != 0 {
		t.Errorf("%+v, %v", i, err)
	}
}

// TestADiskThatStaysFull: memory is bounded, and what does not fit is counted.
func TestADiskThatStaysFull(t *testing.T) {
	mounted := mount(t, "size=8m")
	dir := filepath.Join(mounted, "capture")
	c := open(t, dir, Options{QueueBytes: 1 << 20})
	fill(t, mounted)
	for round := range 3 {
		for i := range 500 {
			recordOne(c, "/during", content(i, 5000))
		}
		if err := c.Sync(t.Context()); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	i, err := c.Info(t.Context())
	if err != nil || i.Unwritten != maxUnwritten || i.Lost != 500 || i.BodiesShed < 1000 {
		t.Errorf("%+v, %v", i, err)
	}
	rows, err := c.Rows(t.Context(), 0, 2000)
	if err != nil || len(rows) != maxUnwritten || rows[0].ID != 501 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	var kept int64
	for _, x := range c.live.from(0) {
		kept += headBytes(x)
	}
	if kept > 1<<20 {
		t.Errorf("%d bytes of bodies in memory", kept)
	}
	if x, _ := c.Exchange(t.Context(), 501); x.Response.Body.State != exchange.UnrecordedBody || len(x.Notes) != 1 {
		t.Errorf("%+v", x.Response.Body)
	}
	if err := c.Close(t.Context()); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "1000 exchanges") {
		t.Errorf("close: %v", err)
	}
}

func TestAFullDiskFromTheStart(t *testing.T) {
	mounted := mount(t, "size=1m")
	fill(t, mounted)
	_, err := Open(filepath.Join(mounted, "capture"), Options{})
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "--capture DIR") {
		t.Errorf("%v", err)
	}
}

func TestAReadOnlyFolder(t *testing.T) {
	mounted := mount(t, "size=8m")
	dir := filepath.Join(mounted, "capture")
	c := open(t, dir, Options{})
	id := recordOne(c, "/", content(1, 1000))
	shut(t, c)
	if err := syscall.Mount("", mounted, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("not permitted to mount: %v", err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), "--capture DIR") {
		t.Errorf("Open: %v", err)
	}
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context())
	checkBody(t, r, id, content(1, 1000))
}
