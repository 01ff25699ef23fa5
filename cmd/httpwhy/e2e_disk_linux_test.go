package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// mount makes a small file system for a capture.
func mount(t *testing.T, options string) (dir string) {
	t.Helper()
	need(t, "mount")
	dir = t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("not permitted to mount: %s", bytes.TrimSpace(out))
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all room of the file system of dir, until free is called.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "other")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{64 << 10, 1} { // to the last byte
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAFullDiskDoesNotStopTraffic: the user is told, clients notice nothing,
// and what came meanwhile is written when there is room again.
func TestAFullDiskDoesNotStopTraffic(t *testing.T) {
	dir := mount(t, "size=4m")
	body := bytes.Repeat([]byte("0123456789"), 5000)
	o := origin(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(body) })
	r := startProxy(t, "--capture", filepath.Join(dir, "capture"))
	r.capture = filepath.Join(dir, "capture")
	client := r.throughProxy(&http.Transport{})
	get := func(path string) {
		t.Helper()
		resp, err := client.Get(o.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		got := new(bytes.Buffer)
		if _, err := got.ReadFrom(resp.Body); err != nil || !bytes.Equal(got.Bytes(), body) {
			t.Fatalf("%s: %d bytes, %v", path, got.Len(), err)
		}
	}
	get("/before")
	r.recorded("/before")
	free := fill(t, dir)
	for i := range 50 {
		get(fmt.Sprintf("/during/%d", i))
	}
	if said := r.notices.wait(func(l string) bool { return strings.Contains(l, "no space left") }); !strings.Contains(said, dir) {
		t.Errorf("it said %q", said)
	}
	if listed := r.httpwhy("ls", "path:/during"); strings.Count(listed, "\n") != 50 {
		t.Errorf("meanwhile listed:\n%s", listed)
	}
	free()
	r.notices.wait(func(l string) bool { return strings.Contains(l, "is written again") })
	r.healthy("/during/", 50)
	get("/after")
	r.recorded("/after")
	r.stop()
	if listed := r.httpwhy("ls"); strings.Count(listed, "\n") != 52 {
		t.Errorf("in the end listed:\n%s", listed)
	}
}

// TestAFolderThatCannotBeWritten: nothing starts, and the error says what to
// choose instead. A capture in such a folder can be read all the same.
func TestAFolderThatCannotBeWritten(t *testing.T) {
	dir := mount(t, "size=8m")
	o := origin(t, greeting)
	r := startProxy(t, "--capture", filepath.Join(dir, "capture"))
	r.capture = filepath.Join(dir, "capture")
	if _, err := command(t, "curl", "-sS", "-x", r.url, o.URL+"/kept"); err != nil {
		t.Fatal(err)
	}
	r.recorded("/kept")
	r.stop()
	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Skipf("not permitted to mount: %s", out)
	}
	for _, capture := range []string{r.capture, filepath.Join(dir, "new")} {
		c := exec.Command("httpwhy", "proxy", "--listen", "127.0.0.1:0", "--capture", capture)
		c.Env = r.process.Env
		out, err := c.CombinedOutput()
		if err == nil || c.ProcessState.ExitCode() != exitFailed || !strings.Contains(string(out), "read-only") ||
			!strings.Contains(string(out), "--capture") {
			t.Errorf("%s: %v: %s", capture, err, out)
		}
	}
	if listed := r.httpwhy("ls"); !strings.Contains(listed, "/kept") {
		t.Errorf("read of it:\n%s", listed)
	}
	if shown := r.httpwhy("show", "1"); !strings.Contains(shown, "GET /kept") {
		t.Errorf("shown of it:\n%s", shown)
	}
}
