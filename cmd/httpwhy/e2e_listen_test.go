package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestATakenListenAddressIsAnError(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	home := t.TempDir()
	c := exec.Command("httpwhy", "proxy", "--listen", taken.Addr().String(), "--capture", filepath.Join(home, "capture"))
	c.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME=", "XDG_DATA_HOME=")
	out, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "address already in use; choose another --listen address") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestWithoutListenTheNextFreePortIsTaken: 8080 may be free or not on this
// machine; the notice says which port it became.
func TestWithoutListenTheNextFreePortIsTaken(t *testing.T) {
	var held []net.Listener
	defer func() {
		for _, l := range held {
			l.Close()
		}
	}()
	if l, err := net.Listen("tcp", "127.0.0.1:8080"); err == nil {
		held = append(held, l)
	}
	var flags recordFlags
	l, moved, err := flags.listener()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if port := l.Addr().(*net.TCPAddr).Port; !moved || port <= 8080 || !l.Addr().(*net.TCPAddr).IP.IsLoopback() {
		t.Errorf("it listens on %s, moved %v", l.Addr(), moved)
	}
}
