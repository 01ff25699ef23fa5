// Command httpwhy is an HTTP debugging proxy that says why a request failed and
// what to change.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	uiterminal "httpwhy/ui/terminal"
)

func main() {
	// A reader that closed the pipe is told by EPIPE instead, which ends the
	// command quietly (see exitCode).
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := untilSignal(context.Background())
	code := execute(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// untilSignal returns a context that a signal to end the program ends, and what
// stops waiting for one. An interrupt that is typed while the inspector has lent
// the terminal to a pager is for the pager.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, ends...)
	go func() {
		for {
			select {
			case s := <-signals:
				if s != os.Interrupt || !uiterminal.ProgramRunning() {
					cancel()
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel() }
}
