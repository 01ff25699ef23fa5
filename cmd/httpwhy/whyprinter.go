package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/inspector/filter"
	"httpwhy/inspector/report"
	"httpwhy/inspector/rules"
	"httpwhy/store"
	"httpwhy/ui/text"
)

// whyPrinter prints findings.
type whyPrinter struct {
	reader store.Reader
	out    io.Writer
	width  int
	json   bool
	// all prints notes too, not only errors and warnings; whole prints what is
	// named in a line otherwise.
	all, whole bool
	printed    int
	// named is the exchange whose line was printed last.
	named exchange.ID
	// none says that no exchange matches, where that does not mean that none
	// has a finding.
	none string
}

// print prints what args ask for; match is what they mean as a filter.
func (w *whyPrinter) print(ctx context.Context, args []string, match *filter.Filter) error {
	if len(args) == 1 {
		if id, ok := parseID(args[0]); ok {
			return w.one(ctx, id)
		}
	}
	w.all = w.json || len(args) > 0
	w.none = "no exchange matches; httpwhy ls lists them"
	if len(args) == 0 {
		w.none = "no exchange is recorded yet"
	}
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
	if !w.json && rows[0].Primary() == nil {
		if err := w.nothing(ctx, &rows[0]); err != nil {
			return err
		}
	}
	return w.row(ctx, rows[0])
}

// nothing says that nothing is wrong with an exchange, and what that rests on.
func (w *whyPrinter) nothing(ctx context.Context, row *exchange.Row) error {
	said := fmt.Sprintf("#%d %s %s: ", row.ID, row.Method, text.Visible(content.MaskURL(row.URL)))
	switch {
	case row.State == exchange.Active:
		fmt.Fprintln(w.out, said+"under way; diagnoses come when it ends")
		return nil
	case row.FailureKind != "":
		fmt.Fprintln(w.out, said+"no rule explains this failure: "+text.Visible(row.FailureMessage))
		return nil
	}
	w.named = row.ID
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
	matched := false
	err := eachRow(ctx, w.reader, match, func(row exchange.Row) error {
		matched = true
		return w.row(ctx, row)
	})
	switch {
	case err != nil || w.printed > 0 || w.json:
	case !matched && w.none != "":
		fmt.Fprintln(w.out, w.none)
	default:
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
	if w.json || w.whole {
		return w.findings(findings, x)
	}
	whole, folded := report.Fold(findings)
	if err := w.findings(whole, x); err != nil {
		return err
	}
	return w.folded(&row, whole, folded)
}

func (w *whyPrinter) findings(fs []exchange.Finding, x *exchange.Exchange) error {
	for i := range fs {
		if err := w.finding(&fs[i], x); err != nil {
			return err
		}
	}
	return nil
}

// folded names the rest of the findings of an exchange.
func (w *whyPrinter) folded(row *exchange.Row, whole, folded []exchange.Finding) error {
	said := false
	for i := range folded {
		if !w.all && folded[i].Severity.Rank() < exchange.SeverityWarning.Rank() {
			continue
		}
		if !said && len(whole) == 0 && w.named != row.ID {
			fmt.Fprintf(w.out, "%s#%d %s %s\n", w.separator(), row.ID, row.Method, text.Visible(content.MaskURL(row.URL)))
		}
		said = true
		if _, err := fmt.Fprintln(w.out, "  "+report.Line(&folded[i])); err != nil {
			return err
		}
	}
	return nil
}

// separator keeps what is printed of one finding apart from what was before.
func (w *whyPrinter) separator() string {
	w.printed++
	if w.printed > 1 {
		return "\n"
	}
	return ""
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
	_, err := fmt.Fprint(w.out, w.separator()+report.Text(f, x, w.width))
	return err
}
