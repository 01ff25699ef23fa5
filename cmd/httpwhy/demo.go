package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"httpwhy/cmd/httpwhy/demo"
)

func (p *program) demoCommand() *cobra.Command {
	var record recordFlags
	var screen screenFlags
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show the inspector with a built-in broken site and traffic to it",
		Long: "demo starts a small web shop that is broken in many ways, uses it through the\n" +
			"proxy, and opens the inspector. All of it runs on this machine. Its capture is\n" +
			"removed at the end, unless --capture says where to keep it.",
		Args: atMost(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			if p.capture == "" {
				dir, err := os.MkdirTemp("", "httpwhy-demo-")
				if err != nil {
					return fmt.Errorf("make a folder for the demo's capture: %w", err)
				}
				defer os.RemoveAll(dir)
				p.capture = dir
			}
			return p.demo(c.Context(), record, screen)
		},
	}
	record.add(c)
	screen.add(c)
	return c
}

func (p *program) demo(ctx context.Context, record recordFlags, screen screenFlags) error {
	site, err := demo.Start()
	if err != nil {
		return err
	}
	defer site.Close()
	return p.inspectDuring(ctx, record, screen, func(ctx context.Context, r *recording) error {
		roots := x509.NewCertPool()
		roots.AddCert(r.ca.Certificate())
		return site.Visit(ctx, &url.URL{Scheme: "http", Host: r.addr.String()}, roots)
	})
}
