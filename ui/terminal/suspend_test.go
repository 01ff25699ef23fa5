//go:build unix

package terminal_test

import (
	"os"
	"strings"
	"testing"
	"time"
)

// await reads the screen until it holds want.
func (tm *tmux) await(want string) {
	tm.t.Helper()
	tm.awaitFrom(want, "capture-pane", "-p")
}

// awaitFrom runs a command of tmux until it prints want.
func (tm *tmux) awaitFrom(want string, command ...string) {
	tm.t.Helper()
	var screen string
	for range 1500 {
		screen = tm.run(command...)
		if strings.Contains(screen, want) {
			return
		}
		time.Sleep(20 * time.Millisecond) // tmux has no other way to wait for a screen
	}
	tm.t.Fatalf("no %q on the screen:\n%s", want, screen)
}

func (tm *tmux) keys(keys ...string) {
	tm.t.Helper()
	tm.run(append([]string{"send-keys"}, keys...)...)
}

// keysUntil sends a key, which must do no harm if it comes twice, until the
// screen shows want.
func (tm *tmux) keysUntil(key, want string) {
	tm.t.Helper()
	for range 60 {
		tm.keys(key)
		for range 25 {
			if strings.Contains(tm.run("capture-pane", "-p"), want) {
				return
			}
			time.Sleep(20 * time.Millisecond) // tmux has no other way to wait for a screen
		}
	}
	tm.t.Fatalf("%s does not lead to %q:\n%s", key, want, tm.run("capture-pane", "-p"))
}

func TestSuspendAndPagerUnderAShell(t *testing.T) {
	for _, program := range []string{"/bin/bash", "/usr/bin/less"} {
		if _, err := os.Stat(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	folder := t.TempDir()
	tm := startTmux(t, "env -u NO_COLOR TMPDIR="+folder+" PAGER=less PS1='shell> ' bash --norc --noprofile -i")
	tm.await("shell>")
	tm.keys(demoVariable+"=1 "+os.Args[0], "Enter")
	tm.await("frame 0")
	tm.keys("C-z")
	tm.await("Stopped")
	tm.keys("echo $((40+2)) is echoed", "Enter")
	tm.await("42 is echoed")
	tm.keys("fg", "Enter")
	tm.await("frame 1")
	tm.keys("v")
	tm.await(`{"the": "body"}`)
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("while the pager runs: %v", left)
	}
	tm.keys("C-c") // is for the pager
	// An interrupt throws away what was typed next: ask until it answers.
	tm.keysUntil("=", "(press RETURN)")
	tm.keys("q")
	tm.await("frame 2")
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("the text is left behind: %v", left)
	}
	tm.keys("q")
	tm.awaitFrom("alternate 0", "display-message", "-p", "alternate #{alternate_on}") // what is typed is the shell's
	tm.keys("echo $? then $((6*7))", "Enter")
	tm.await("0 then 42")
}

func TestSuspendWithoutAShellGoesOn(t *testing.T) {
	tm := startTmux(t, "env "+demoVariable+"=1 "+os.Args[0])
	tm.await("frame 0")
	tm.keys("C-z")
	tm.await("frame 1")
	tm.keys("x")
	tm.await("frame 2")
	tm.run("set-option", "-g", "remain-on-exit", "on")
	tm.keys("q")
	tm.awaitFrom("dead 1", "display-message", "-p", "dead #{pane_dead}")
}
