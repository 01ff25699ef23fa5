package main

import (
	"bytes"
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

// maxLines bounds the bytes of the lines that are printed at once.
const maxLines = 64 << 10

// lines prints exchanges on standard output when they were committed. That the
// reader went away does not end the recording.
func (p *program) lines(asJSON bool) told {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	flush := func() {
		p.out.Write(lines.Bytes()) //nolint:errcheck // see above
		lines.Reset()
	}
	return func(xs []finished) {
		for _, f := range xs {
			row := exchange.NewRow(f.x)
			row.Findings = exchange.Headlines(f.findings)
			if asJSON {
				encoder.Encode(jsonRow(row)) //nolint:errcheck // a buffer takes all
			} else {
				fmt.Fprintln(&lines, textRow(row, lineWidth))
			}
			if lines.Len() > maxLines {
				flush()
			}
		}
		flush()
	}
}
