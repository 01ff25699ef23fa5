//go:build unix

package terminal

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gdamore/tcell/v2"
)

// stopTime is how long a stop may take. It passes in full only where the kernel
// ignores the stop, because no shell is there to continue the process.
const stopTime = 300 * time.Millisecond

// Suspend gives the terminal back to the shell (Ctrl+Z) and takes it again when
// the shell continues the process. Call it from the goroutine that draws; the
// screen must be drawn anew afterwards.
//
// The signal is SIGTSTP for the whole process group, as the terminal would send
// it: a pipeline stops as one, and where no shell waits nothing stops for ever.
func Suspend(screen tcell.Screen) error {
	if err := screen.Suspend(); err != nil {
		return err
	}
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	if err := syscall.Kill(0, syscall.SIGTSTP); err == nil {
		// The process goes on for a moment before it stops; taking the
		// terminal back in it would leave the shell with a raw one.
		timeout := time.NewTimer(stopTime)
		defer timeout.Stop()
		select {
		case <-continued:
		case <-timeout.C:
		}
	}
	return screen.Resume()
}
