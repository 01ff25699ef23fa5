package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/gdamore/tcell/v2"
)

var programRunning atomic.Bool

// ProgramRunning reports whether a pager or editor has the terminal. An
// interrupt that is typed there reaches this process too, and is not meant for
// it: whoever ends the process on an interrupt asks here first.
func ProgramRunning() bool { return programRunning.Load() }

// PagerCommand returns the command that shows a text: $PAGER, $VISUAL, $EDITOR,
// else less or more, or "" where there is none.
func PagerCommand(getenv func(string) string, lookPath func(string) (string, error)) string {
	for _, name := range []string{"PAGER", "VISUAL", "EDITOR"} {
		if v := strings.TrimSpace(getenv(name)); v != "" {
			return v
		}
	}
	for _, program := range []string{"less", "more"} {
		if _, err := lookPath(program); err == nil {
			return program
		}
	}
	return ""
}

// OpenPager shows content in the user's pager or editor, with the screen out of
// the way until it ends. The content is in a file that only its owner can read
// and that is gone afterwards; its name ends with suffix, such as ".json", for
// the editor's colours. Call it from the goroutine that draws; the screen must
// be drawn anew afterwards.
func OpenPager(ctx context.Context, screen tcell.Screen, suffix string, content []byte) (err error) {
	command := PagerCommand(os.Getenv, exec.LookPath)
	if command == "" {
		return errors.New("no pager found: set PAGER or EDITOR")
	}
	// A folder of its own: an editor's swap and back-up files go with it.
	folder, err := os.MkdirTemp("", "httpwhy-view-")
	if err != nil {
		return fmt.Errorf("write the text for %s: %w", command, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "body"+suffix)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("write the text for %s: %w", command, err)
	}
	programRunning.Store(true)
	defer programRunning.Store(false)
	if err := screen.Suspend(); err != nil {
		return err
	}
	err = runProgram(ctx, command, path)
	return errors.Join(err, screen.Resume())
}

// runProgram runs a command line with path behind it. It stays in our process
// group, so that Ctrl+Z in it stops both and fg continues both.
func runProgram(ctx context.Context, command, path string) error {
	// The shell survives an interrupt, as the pager does; the pager gets the
	// default back, because a trap is not inherited.
	cmd := exec.CommandContext(ctx, "sh", "-c", "trap : INT; "+command+` "$1"`, "sh", path)
	if runtime.GOOS == "windows" {
		args := append(strings.Fields(command), path)
		cmd = exec.CommandContext(ctx, args[0], args[1:]...)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	return nil
}
