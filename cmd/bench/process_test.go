//go:build linux

package main

import (
	"errors"
	"os"
	"strconv"
	"testing"
	"time"
)

// The test binary is a peer too: with this variable set it listens there and
// spends a little time.
const asPeer = "BENCH_TEST_PEER"

func TestMain(m *testing.M) {
	if os.Getenv(asPeer) != "" {
		for start := time.Now(); time.Since(start) < 200*time.Millisecond; {
			_ = strconv.Itoa(len(os.Args))
		}
		os.Args = []string{os.Args[0], "goproxy", "--listen", os.Args[1]}
		main()
	}
	os.Exit(m.Run())
}

func TestProcessIsMeasured(t *testing.T) {
	t.Setenv(asPeer, "1")
	p := peer{name: "peer", command: func(port int, _ string) ([]string, error) {
		return []string{os.Args[0], loopback(port)}, nil
	}}
	r, err := startProcess(t.Context(), p, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer r.stop()
	if spent := r.settled(t.Context()); spent < 50*time.Millisecond {
		t.Errorf("it spent %v, want most of 200ms", spent)
	}
	if peak := r.peak(); peak < 1<<20 {
		t.Errorf("its peak is %d bytes", peak)
	}
}

func TestProcessThatEndsIsSaid(t *testing.T) {
	p := peer{name: "peer", command: func(int, string) ([]string, error) {
		return []string{"sh", "-c", "echo no such option >&2; exit 2"}, nil
	}}
	_, err := startProcess(t.Context(), p, t.TempDir())
	if err == nil || err.Error() != "it ended before it listened: no such option" {
		t.Errorf("got %v", err)
	}
}

func TestMissingPeersAreLeftOut(t *testing.T) {
	if _, err := lookPath("no-such-program"); !errors.Is(err, errNotInstalled) {
		t.Errorf("got %v", err)
	}
	got := present([]peer{{name: "a"}, {name: "b", missing: "apt install b"}, {name: "c"}}, []string{"a", "b"})
	if len(got) != 1 || got[0].name != "a" {
		t.Errorf("got %v", got)
	}
}
