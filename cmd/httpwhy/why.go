package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/filter"
	"httpwhy/inspector/report"
	"httpwhy/inspector/rules"
	"httpwhy/store"
)

func (p *program) whyCommand() *cobra.Command {
	var asJSON, asReport, asMarkdown bool
	c := &cobra.Command{
		Use:   "why [ID or FILTER]",
		Short: "Say why exchanges failed, and what to change",
		Long: "why prints the diagnoses of one exchange, or of all that match a filter.\n" +
			"Without an argument it prints the errors and warnings of the whole capture.\n" +
			"--report prints a report per endpoint instead, in text, Markdown or JSON.\n\n" +
			"  httpwhy why 142\n  httpwhy why rule:cors-* -is:synthetic",
		RunE: func(c *cobra.Command, args []string) error {
			r, err := p.openCapture()
			if err != nil {
				return err
			}
			defer r.Close(context.Background())
			out := bufio.NewWriter(p.out)
			if asReport {
				if err := p.report(c.Context(), r, out, args, asJSON, asMarkdown); err != nil {
					return err
				}
				return out.Flush()
			}
			w := whyPrinter{reader: r, out: out, width: min(p.width(), 100), json: asJSON}
			if err := w.print(c.Context(), args); err != nil {
				return err
			}
			return out.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON object per finding, or the report as one")
	c.Flags().BoolVar(&asReport, "report", false, "print a report per endpoint: methods, status codes, and what REST asks")
	c.Flags().BoolVar(&asMarkdown, "markdown", false, "print the report in Markdown")
	return c
}

// report prints what is to be said of each endpoint.
func (p *program) report(ctx context.Context, r store.Reader, out io.Writer, args []string, asJSON, asMarkdown bool) error {
	match, err := parseFilter(args)
	if err != nil {
		return err
	}
	endpoints := report.NewEndpoints()
	err = eachRow(ctx, r, match, func(row exchange.Row) error {
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

// whyPrinter prints findings.
type whyPrinter struct {
	reader store.Reader
	out    io.Writer
	width  int
	json   bool
	// all prints notes too, not only errors and warnings.
	all     bool
	printed int
}

func (w *whyPrinter) print(ctx context.Context, args []string) error {
	if len(args) == 1 {
		if id, ok := parseID(args[0]); ok {
			return w.one(ctx, id)
		}
	}
	match, err := parseFilter(args)
	if err != nil {
		return err
	}
	w.all = w.json || len(args) > 0
	return w.matching(ctx, match)
}

// one prints all findings of an exchange.
func (w *whyPrinter) one(ctx context.Context, id exchange.ID) error {
	rows, err := w.reader.RowsOf(ctx, []exchange.ID{id})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fmt.Errorf("there is no exchange %d in this capture; httpwhy ls lists them", id)
	}
	w.all = true
	if err := w.row(ctx, rows[0]); err != nil {
		return err
	}
	if w.printed == 0 && !w.json {
		return w.nothing(ctx, &rows[0])
	}
	return nil
}

// nothing says that nothing is wrong with an exchange, and what that rests on.
func (w *whyPrinter) nothing(ctx context.Context, row *exchange.Row) error {
	said := fmt.Sprintf("#%d %s %s: ", row.ID, row.Method, row.URL)
	switch {
	case row.State == exchange.Active:
		fmt.Fprintln(w.out, said+"under way; diagnoses come when it ends")
		return nil
	case row.FailureKind != "":
		fmt.Fprintln(w.out, said+"no rule explains this failure: "+row.FailureMessage)
		return nil
	}
	fmt.Fprintln(w.out, said+"nothing wrong found")
	x, err := w.reader.Exchange(ctx, row.ID)
	if err != nil {
		return fmt.Errorf("read exchange %d: %w", row.ID, err)
	}
	checked, unread := report.Checked(x)
	fmt.Fprintf(w.out, "  checked: %s\n", strings.Join(checked, ", "))
	if unread {
		fmt.Fprintln(w.out, "  not checked: the content, of which only a part was read here")
	}
	return nil
}

func (w *whyPrinter) matching(ctx context.Context, match *filter.Filter) error {
	err := eachRow(ctx, w.reader, match, func(row exchange.Row) error { return w.row(ctx, row) })
	if err == nil && w.printed == 0 && !w.json {
		fmt.Fprintf(w.out, "nothing wrong found by %d rules; httpwhy rules lists them\n", len(rules.All()))
	}
	return err
}

func (w *whyPrinter) row(ctx context.Context, row exchange.Row) error {
	if len(row.Findings) == 0 || !w.all && !row.Problem() {
		return nil
	}
	findings, err := w.reader.Findings(ctx, row.ID)
	if err != nil {
		return fmt.Errorf("read the findings of exchange %d: %w", row.ID, err)
	}
	x, err := w.reader.Exchange(ctx, row.ID)
	if err != nil {
		return fmt.Errorf("read exchange %d: %w", row.ID, err)
	}
	for _, f := range findings {
		if err := w.finding(&f, x); err != nil {
			return err
		}
	}
	return nil
}

func (w *whyPrinter) finding(f *exchange.Finding, x *exchange.Exchange) error {
	if w.json {
		line, err := report.JSON(f, x)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w.out, "%s\n", line)
		return err
	}
	if !w.all && f.Severity.Rank() < exchange.SeverityWarning.Rank() {
		return nil
	}
	separator := ""
	if w.printed > 0 {
		separator = "\n"
	}
	w.printed++
	_, err := fmt.Fprint(w.out, separator+report.Text(f, x, w.width))
	return err
}
