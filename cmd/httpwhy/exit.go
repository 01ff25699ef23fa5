package main

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// The exit codes, also documented in the README. A child of "run" passes its
// own code on.
const (
	exitFine   = 0
	exitFailed = 1
	exitUsage  = 2
)

// usageError is a mistake in what was typed.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// childExit carries the exit code of a child process; nothing is printed.
type childExit int

func (e childExit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// exitCode prints err, if it is one, and gives the code to exit with.
func exitCode(err error, stderr io.Writer) int {
	var child childExit
	var usage usageError
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return exitFine
	case errors.As(err, &child):
		return int(child)
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "httpwhy: %v\n", err)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "httpwhy: %v\n", err)
		return exitFailed
	}
}
