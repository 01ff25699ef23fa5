package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"httpwhy/cmd/httpwhy/setup"
	"httpwhy/store"
	"httpwhy/ui"
)

// inspect is the program without a command: proxy and inspector in one.
func (p *program) inspect(ctx context.Context, record recordFlags, screen screenFlags) error {
	return p.inspectDuring(ctx, record, screen, nil)
}

// inspectDuring records and shows it, while work, if any, makes traffic.
func (p *program) inspectDuring(ctx context.Context, f recordFlags, screen screenFlags, work func(context.Context, *recording) error) error {
	if err := screen.check(); err != nil {
		return err
	}
	if err := p.needTerminal("httpwhy proxy records without a screen"); err != nil {
		return err
	}
	dir, err := p.captureDir()
	if err != nil {
		return err
	}
	r, err := p.record(ctx, f, dir, nil)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	worked := make(chan error, 1)
	go func() {
		if work == nil {
			worked <- nil
			return
		}
		worked <- work(ctx, r)
	}()
	options := screen.options(r.capture)
	options.Address, options.Live, options.CaptureName = r.addr.String(), true, dir
	for _, c := range setup.Clients(r.url(), r.files, os.Getenv("HOME")) {
		options.Clients = append(options.Clients, ui.Client(c))
	}
	options.Check = "curl -sS -x " + r.url() + " http://httpwhy/ping"
	options.SetupNotes = setup.Notes(r.files)
	err = ui.Run(ctx, options)
	cancel()
	if workErr := <-worked; !errors.Is(workErr, context.Canceled) {
		err = errors.Join(err, workErr)
	}
	return errors.Join(err, r.close())
}

func (p *program) viewCommand() *cobra.Command {
	var screen screenFlags
	c := &cobra.Command{
		Use:   "view [CAPTURE]",
		Short: "Open the inspector on a capture, live or finished",
		Args:  atMost(1, "one capture folder"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				p.capture = args[0]
			}
			if err := screen.check(); err != nil {
				return err
			}
			if err := p.needTerminal("httpwhy ls and httpwhy why print to a pipe"); err != nil {
				return err
			}
			dir, err := p.captureDir()
			if err != nil {
				return err
			}
			r, err := openReader(dir)
			if err != nil {
				return err
			}
			defer r.Close(context.Background())
			info, err := r.Info(c.Context())
			if err != nil {
				return err
			}
			saveMemory()
			options := screen.options(r)
			options.Address, options.Live, options.CaptureName = info.Address, info.PID != 0, filepath.Base(dir)
			return ui.Run(c.Context(), options)
		},
	}
	screen.add(c)
	return c
}

// saveMemory lets the garbage of reading a large capture pile up less. Where
// there is no traffic to slow down, the processor has the time.
func saveMemory() {
	const percent = 25
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// needTerminal fails where a screen can't be drawn.
func (p *program) needTerminal(instead string) error {
	for _, s := range []any{p.in, p.out} {
		if f, ok := s.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
			return usagef("the inspector needs a terminal; %s", instead)
		}
	}
	return nil
}

func (f *screenFlags) options(r store.Reader) ui.Options {
	s := source{r}
	return ui.Options{Source: s, Recorder: s.recorder, Theme: f.theme, ASCII: f.ascii, Mouse: f.mouse, Version: version()}
}
