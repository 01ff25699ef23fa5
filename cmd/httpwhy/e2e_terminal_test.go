package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// terminal is the program on a real terminal under tmux.
type terminal struct {
	t    *testing.T
	name string
}

// startTerminal runs the program with args on a screen of width by height.
func startTerminal(t *testing.T, width, height int, args ...string) *terminal {
	t.Helper()
	need(t, "tmux")
	home := t.TempDir()
	term := &terminal{t, fmt.Sprintf("httpwhy-test-%d-%d", os.Getpid(), time.Now().UnixNano())}
	command := fmt.Sprintf("env HOME=%s XDG_STATE_HOME= XDG_DATA_HOME= NO_COLOR= httpwhy %s; echo exit=$?; sleep 60", home, strings.Join(args, " "))
	term.tmux("-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), command)
	t.Cleanup(func() { term.tmux("kill-server") })
	return term
}

func (term *terminal) tmux(args ...string) string {
	term.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-L", term.name}, args...)...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v: %s", args[0], err, out)
	}
	return string(out)
}

func (term *terminal) press(keys ...string) {
	term.tmux(append([]string{"send-keys", "-t", "t"}, keys...)...)
}
func (term *terminal) screen() string { return term.tmux("capture-pane", "-t", "t", "-p") }

// shows waits until the screen matches.
func (term *terminal) shows(pattern string) string {
	term.t.Helper()
	match := regexp.MustCompile(pattern)
	var screen string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if screen = term.screen(); match.MatchString(screen) {
			return screen
		}
	}
	term.t.Fatalf("the screen does not show %s:\n%s", pattern, screen)
	return ""
}

// TestAClosedTerminalEndsTheDemo: its capture is removed all the same.
func TestAClosedTerminalEndsTheDemo(t *testing.T) {
	need(t, "tmux")
	term := &terminal{t, fmt.Sprintf("httpwhy-test-%d-%d", os.Getpid(), time.Now().UnixNano())}
	temp := t.TempDir()
	term.tmux("-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", "80", "-y", "24",
		fmt.Sprintf("env HOME=%s TMPDIR=%s httpwhy demo", t.TempDir(), temp))
	term.shows(`4\d of 4\d`)
	if files, err := os.ReadDir(temp); err != nil || len(files) != 1 {
		t.Fatalf("the demo's folder is not the one in %s: %v, %v", temp, files, err)
	}
	term.tmux("kill-server")
	var left []os.DirEntry
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if left, _ = os.ReadDir(temp); len(left) == 0 {
			return
		}
	}
	t.Errorf("left behind: %v", left)
}

// TestAnInterruptInThePagerIsForThePager: the recording behind it goes on.
func TestAnInterruptInThePagerIsForThePager(t *testing.T) {
	pager := filepath.Join(t.TempDir(), "pager")
	script := "#!/bin/sh\ntrap 'echo interrupted' INT\necho paging\nread -r line || read -r line\n"
	if err := os.WriteFile(pager, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	i := inspect(t, "PAGER="+pager, "--theme mono")
	i.traffic(1)
	i.press("Enter")
	i.shows(`VERDICT`)
	i.press("]")
	i.shows(`\[Request\]`)
	i.press("v")
	i.shows(`paging`)
	i.press("C-c")
	i.shows(`interrupted`)
	i.press("Enter")
	i.shows(`\[Request\]`)
	i.press("q")
	i.shows(`5 of 5`)
	i.traffic(1)
	i.press("C-c")
	i.shows(`exit=0`)
}

func TestInspectorNamesTheCause(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 48}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			term := startTerminal(t, size[0], size[1], "demo", "--theme", "mono")
			term.shows(`4\d of 4\d`)
			term.press("/")
			term.press("-l", "status:401 why:expired")
			term.press("Enter")
			term.shows(`(?m)^>✗ .*401 .*expired`)
			term.press("Enter")
			screen := term.shows(`jwt-expired`)
			for _, want := range []string{"VERDICT", "EVIDENCE", "FIX: CLIENT", "FIX: SERVER", "certain"} {
				if !strings.Contains(screen, want) {
					t.Errorf("%q is missing on\n%s", want, screen)
				}
			}
			term.press("q")
			term.shows(`(?m)^>✗ .*401 `)
			term.press("Q")
			term.shows(`exit=0`)
		})
	}
}
