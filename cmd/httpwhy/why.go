package main

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/filter"
	"httpwhy/inspector/report"
	"httpwhy/store"
)

func (p *program) whyCommand() *cobra.Command {
	var asJSON, asReport, asMarkdown, whole bool
	c := &cobra.Command{
		Use:   "why [ID or FILTER]",
		Short: "Say why exchanges failed, and what to change",
		Long: "why prints the diagnoses of one exchange, or of all that match a filter\n" +
			"(httpwhy help filters).\n" +
			"Without an argument it prints the errors and warnings of the whole capture.\n" +
			"What would bury the cause is named in a line; --all prints it whole.\n" +
			"--report prints a report per endpoint instead, in text, Markdown or JSON.\n\n" +
			"  httpwhy why 142\n  httpwhy why 'rule:cors-* -is:synthetic'",
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case asMarkdown && !asReport:
				return usagef("--markdown goes with --report")
			case asMarkdown && asJSON:
				return usagef("a report is in --markdown or in --json, not in both")
			case whole && asReport:
				return usagef("--all goes with findings, not with --report")
			}
			match, err := parseFilter(args)
			if err != nil {
				return err
			}
			r, err := p.openCapture()
			if err != nil {
				return err
			}
			defer r.Close(context.Background())
			out := bufio.NewWriter(p.out)
			if asReport {
				err = p.report(c.Context(), r, out, match, asJSON, asMarkdown)
			} else {
				w := whyPrinter{reader: r, out: out, width: min(p.width(), 100), json: asJSON, whole: whole}
				err = w.print(c.Context(), args, match)
			}
			if err != nil {
				return err
			}
			return out.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON object per finding, or the report as one")
	c.Flags().BoolVar(&whole, "all", false, "print every finding whole")
	c.Flags().BoolVar(&asReport, "report", false, "print a report per endpoint: methods, status codes, and what REST asks")
	c.Flags().BoolVar(&asMarkdown, "markdown", false, "print the report in Markdown")
	return c
}

// report prints what is to be said of each endpoint.
func (p *program) report(ctx context.Context, r store.Reader, out io.Writer, match *filter.Filter, asJSON, asMarkdown bool) error {
	endpoints := report.NewEndpoints()
	err := eachRow(ctx, r, match, func(row exchange.Row) error {
		x, err := r.Exchange(ctx, row.ID)
		if err != nil {
			return fmt.Errorf("read exchange %d: %w", row.ID, err)
		}
		findings, err := r.Findings(ctx, row.ID)
		if err != nil {
			return fmt.Errorf("read the findings of exchange %d: %w", row.ID, err)
		}
		endpoints.Add(x, findings)
		return nil
	})
	if err != nil {
		return err
	}
	switch {
	case asJSON:
		line, err := endpoints.JSON()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s\n", line)
		return err
	case asMarkdown:
		_, err = fmt.Fprint(out, endpoints.Markdown())
	default:
		_, err = fmt.Fprint(out, endpoints.Text(p.width()))
	}
	return err
}
