package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// BusyError says that another process records into the capture.
type BusyError struct {
	Dir string
	// PID is the owner's process id, 0 if it is not known.
	PID int
	// Socket is where the owner answers, "" if it does not.
	Socket string
}

func (e *BusyError) Error() string {
	owner := "another process"
	if e.PID != 0 {
		owner = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("%s is being recorded into by %s: watch it with httpwhy view, end that process, or record into another folder with --capture DIR", e.Dir, owner)
}

// owner is what the lock file says: two lines, process id and socket.
type owner struct {
	pid    int
	socket string
}

func lockPath(dir string) string { return filepath.Join(dir, "owner.lock") }

// errLocked is returned by lockFile when another process has the lock.
var errLocked = errors.New("locked by another process")

// lock makes this process the owner of the capture until the file is closed. It
// returns who the last owner was: one that was killed left its socket behind.
func lock(dir string) (*os.File, owner, error) {
	f, err := os.OpenFile(lockPath(dir), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, owner{}, err
	}
	last := readOwner(dir)
	err = lockFile(f)
	if err == nil {
		return f, last, nil
	}
	f.Close()
	if errors.Is(err, errLocked) {
		err = &BusyError{dir, last.pid, last.socket}
	}
	return nil, owner{}, err
}

// announce writes who owns the capture into its lock file, and nobody if o is
// zero.
func announce(f *os.File, o owner) error {
	var text string
	if o.pid != 0 {
		text = fmt.Sprintf("%d\n%s\n", o.pid, o.socket)
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

// readOwner returns what the lock file says, which may be out of date. The zero
// owner stands for a capture that was closed, or whose owner just begins.
func readOwner(dir string) owner {
	text, err := os.ReadFile(lockPath(dir))
	if err != nil || len(text) > 4096 {
		return owner{}
	}
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(lines[0])
	if err != nil || len(lines) < 3 {
		return owner{}
	}
	return owner{pid, lines[1]}
}
