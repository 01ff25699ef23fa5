//go:build linux

// Command bench compares httpwhy with other intercepting proxies, side by side
// on one machine and over loopback only.
//
// Each measurement starts a fresh proxy, warms it up, and drives the same load
// through it; rounds are interleaved, and the table has their medians. Only
// ratios within one run mean anything: absolute figures are those of the
// machine and of what else it does.
//
// It needs Linux: CPU time and memory are read from /proc.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func command() *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "bench",
		Short: "Compare httpwhy with other intercepting proxies",
		Long: `Starts each proxy, drives the same load through it, and prints a Markdown table for each scenario.
Proxies that are not installed are left out, with a line that says how to get them.`,
		Args:              cobra.NoArgs,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(c *cobra.Command, _ []string) error {
			if err := pinToHalf(); err != nil {
				return err
			}
			return compare(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.scenarios, "scenario", nil, "scenarios whose name contains this; all without it")
	f.StringSliceVar(&o.peers, "peer", nil, "peers with this name; all without it")
	f.StringVar(&o.httpwhy, "httpwhy", "", "the binary to measure; built from this module without it")
	f.StringVar(&o.mockttp, "mockttp", "", "a folder in which \"npm install mockttp\" was run")
	f.StringVar(&o.goMitmproxy, "go-mitmproxy", "go-mitmproxy", "that program")
	f.StringVar(&o.martian, "martian", "martian-proxy", "that program, which calls itself proxy")
	f.IntVar(&o.rounds, "rounds", 3, "interleaved rounds, from 1")
	f.DurationVar(&o.measure, "for", defaultMeasure, "time of one measurement")
	c.AddCommand(goproxyCommand())
	return c
}

// pinToHalf gives this process, which is load generator and origin server, the
// second half of the CPUs; the proxies get the first. Otherwise they would
// measure each other.
func pinToHalf() error {
	proxy, load, ok := halves()
	if !ok || os.Getenv(pinned) != "" {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	taskset, err := lookPath("taskset")
	if errors.Is(err, errNotInstalled) {
		fmt.Fprintln(os.Stderr, "bench: taskset is not installed (Debian: util-linux): proxies and load share all CPUs")
		return nil
	}
	argv := append([]string{"taskset", "-c", load, self}, os.Args[1:]...)
	return syscall.Exec(taskset, argv, append(os.Environ(), pinned+"="+proxy))
}

// contains reports whether one of the wanted is part of name; none wants all.
func contains(wanted []string, name string) bool {
	for _, w := range wanted {
		if strings.Contains(name, w) {
			return true
		}
	}
	return len(wanted) == 0
}
