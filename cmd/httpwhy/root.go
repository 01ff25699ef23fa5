package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

// streams are the standard streams: data goes to out, notices go to err.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// program is what all commands share.
type program struct {
	streams
	capture string
}

func execute(ctx context.Context, args []string, std streams) int {
	p := &program{streams: std}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	return exitCode(root.ExecuteContext(ctx), std.err)
}

func (p *program) root() *cobra.Command {
	var record recordFlags
	var screen screenFlags
	c := &cobra.Command{
		Use:   "httpwhy",
		Short: "See why an HTTP request failed, and what to change",
		Long: "httpwhy is an HTTP debugging proxy. Route a program's traffic through it:\n" +
			"every exchange is recorded and shown with the cause of its failure, the\n" +
			"evidence, and a fix for the client and for the server.\n\n" +
			"Without a command it starts the proxy on 127.0.0.1:8080 and the inspector.",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(c, args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			return p.inspect(c.Context(), record, screen)
		},
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	c.SetFlagErrorFunc(flagError)
	c.PersistentFlags().StringVar(&p.capture, "capture", "",
		"folder of the capture (default $HTTPWHY_CAPTURE, else a folder under $XDG_STATE_HOME)")
	record.add(c)
	screen.add(c)
	c.SetHelpCommand(helpCommand())
	c.AddCommand(
		p.runCommand(), p.proxyCommand(), p.viewCommand(), p.lsCommand(), p.showCommand(), p.whyCommand(),
		p.statusCommand(), p.rulesCommand(), p.demoCommand(), p.generateCommand(), p.versionCommand(), filtersTopic(),
	)
	return c
}
