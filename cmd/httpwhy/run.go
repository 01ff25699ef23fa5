package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"httpwhy/cmd/httpwhy/setup"
	"httpwhy/inspector/exchange"
)

func (p *program) runCommand() *cobra.Command {
	var flags recordFlags
	c := &cobra.Command{
		Use:   "run [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a program with its traffic recorded, and say what went wrong",
		Long: "run starts COMMAND with the variables set that make it use the proxy and trust\n" +
			"its certificates, records its traffic, prints the diagnoses on standard error\n" +
			"when it ends, and exits with its code.\n\n" +
			"  httpwhy run -- npm test\n\n" +
			"A program that sends nothing through the proxy may have made no request, have\n" +
			"settings of its own for proxies that come before the variables, take none at\n" +
			"all, or, if it is written in Go, leave localhost out: call this machine by its\n" +
			"host name then, or stand in front of its server with --reverse.",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("run wants a command: httpwhy run -- COMMAND [ARGUMENT...]")
			}
			return p.run(c.Context(), flags, args)
		},
	}
	c.Flags().SetInterspersed(false)
	flags.add(c)
	return c
}

func (p *program) run(ctx context.Context, flags recordFlags, args []string) error {
	dir, err := p.captureDir()
	if err != nil {
		return err
	}
	if _, err := exec.LookPath(args[0]); err != nil {
		return fmt.Errorf("run %s: %w", args[0], errors.Unwrap(err))
	}
	if flags.listen == "" {
		flags.listen = "127.0.0.1:0" // nobody types this address
	}
	if strings.HasPrefix(flags.listen, unixPrefix) {
		return usagef("run needs a --listen address that programs can use, such as 127.0.0.1:0, not a Unix socket")
	}
	var seen sequence
	r, err := p.record(ctx, flags, dir, seen.add)
	if err != nil {
		return err
	}
	code, failed := p.child(r, flags.way.credentials(), args)
	if err := r.close(); err != nil {
		p.notice("%v", err)
	}
	if failed != nil {
		return failed
	}
	if err := p.summary(context.WithoutCancel(ctx), dir, &seen); err != nil {
		p.notice("%v", err)
	}
	if code != 0 {
		return childExit(code)
	}
	return nil
}

// child runs the command and returns its exit code; 128 and the signal's number
// if one ended it, as shells have it.
func (p *program) child(r *recording, credentials *url.Userinfo, args []string) (int, error) {
	inherited := os.Environ()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.in, p.out, p.err
	cmd.Env = setup.Environ(inherited, setup.Variables(r.proxyURL(credentials), r.files, inherited))
	// Ctrl+C reaches the child by itself, as it shares our terminal; what is
	// sent to us alone is passed on. Either way it is the child that ends first.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start %s: %w", args[0], err)
	}
	ended := make(chan struct{})
	var forwarding sync.WaitGroup
	forwarding.Go(func() {
		for {
			select {
			case s := <-signals:
				if s != syscall.SIGINT {
					cmd.Process.Signal(s) //nolint:errcheck // it may have ended just now
				}
			case <-ended:
				return
			}
		}
	})
	err := cmd.Wait()
	close(ended)
	forwarding.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, fmt.Errorf("run %s: %w", args[0], err)
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return cmd.ProcessState.ExitCode(), nil
}

// sequence are the exchanges of one recording in a capture that may hold more:
// their numbers follow each other.
type sequence struct {
	mu          sync.Mutex
	first, last exchange.ID
	count       int
}

func (s *sequence) add(xs []finished) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count += len(xs)
	for _, f := range xs {
		if s.first == 0 || f.x.ID < s.first {
			s.first = f.x.ID
		}
		s.last = max(s.last, f.x.ID)
	}
}

// summary prints what was found in the exchanges of this run.
func (p *program) summary(ctx context.Context, dir string, seen *sequence) error {
	seen.mu.Lock()
	first, last, count := seen.first, seen.last, seen.count
	seen.mu.Unlock()
	if count == 0 {
		p.notice("the program sent nothing through the proxy; httpwhy help run says what may be the reason")
		return nil
	}
	reader, err := openReader(dir)
	if err != nil {
		return err
	}
	defer reader.Close(context.Background())
	match, err := parseFilter([]string{fmt.Sprintf("id:%d-%d is:problem", first, last)})
	if err != nil {
		return err
	}
	p.notice("%s recorded in %s", plural(count, "exchange"), dir)
	w := whyPrinter{reader: reader, out: p.err, width: min(p.width(), 100)}
	return w.matching(ctx, match)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
