package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"httpwhy/inspector/exchange"
)

func (p *program) proxyCommand() *cobra.Command {
	var flags recordFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "proxy",
		Short: "Record without a screen, a line per exchange",
		Long: "proxy records traffic and prints a line for each exchange once it is safe on\n" +
			"disk. Ctrl+C ends it: requests in flight are finished first.",
		Args: atMost(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := p.captureDir()
			if err != nil {
				return err
			}
			r, err := p.record(c.Context(), flags, dir, p.lines(asJSON))
			if err != nil {
				return err
			}
			p.notice("proxy on %s, capture in %s; Ctrl+C ends", r.url(), dir)
			<-c.Context().Done()
			return r.close()
		},
	}
	flags.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON object per exchange, as ls --json does")
	return c
}

// lines prints an exchange on standard output when it was committed. That the
// reader went away does not end the recording.
func (p *program) lines(asJSON bool) func(*exchange.Exchange, []exchange.Finding) {
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	return func(x *exchange.Exchange, findings []exchange.Finding) {
		row := exchange.NewRow(x)
		row.Findings = exchange.Headlines(findings)
		if asJSON {
			encoder.Encode(jsonRow(row)) //nolint:errcheck // see above
			return
		}
		fmt.Fprintln(p.out, textRow(row, lineWidth))
	}
}
