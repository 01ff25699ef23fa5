//go:build !unix

package terminal

import "github.com/gdamore/tcell/v2"

// Suspend does nothing: there is no job control here.
func Suspend(screen tcell.Screen) error { return nil }
