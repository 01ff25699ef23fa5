package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/store"
	"httpwhy/ui/text"
)

func (p *program) showCommand() *cobra.Command {
	var asJSON, reveal bool
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Show one exchange whole",
		Long: "show prints the messages of an exchange as they were on the wire, bodies\n" +
			"decoded. Secrets are masked, unless --reveal is given or the output is JSON.",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("show wants the number of one exchange; httpwhy ls lists them")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			id, ok := parseID(args[0])
			if !ok {
				return usagef("show wants the number of an exchange, not %q; httpwhy ls lists them", args[0])
			}
			r, err := p.openCapture()
			if err != nil {
				return err
			}
			defer r.Close(context.Background())
			out := bufio.NewWriter(p.out)
			s := shown{reader: r, out: out, reveal: reveal}
			if err := s.load(c.Context(), id); err != nil {
				return err
			}
			if !asJSON {
				s.text()
				return out.Flush()
			}
			record, err := s.json()
			if err != nil {
				return err
			}
			encoder := json.NewEncoder(out)
			encoder.SetEscapeHTML(false)
			if err := encoder.Encode(record); err != nil {
				return err
			}
			return out.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the whole record as JSON")
	c.Flags().BoolVar(&reveal, "reveal", false, "do not mask secrets")
	return c
}

// shown is the exchange that show prints.
type shown struct {
	reader   store.Reader
	out      io.Writer
	reveal   bool
	x        *exchange.Exchange
	findings []exchange.Finding
	bodies   map[exchange.Side][]byte
}

// load reads the exchange with what is kept of its bodies.
func (s *shown) load(ctx context.Context, id exchange.ID) error {
	var err error
	if s.x, err = s.reader.Exchange(ctx, id); err != nil {
		return err
	}
	if s.findings, err = s.reader.Findings(ctx, id); err != nil {
		return err
	}
	s.bodies = map[exchange.Side][]byte{}
	for _, side := range []exchange.Side{exchange.RequestSide, exchange.ResponseSide} {
		if s.x.Message(side) == nil {
			continue
		}
		if s.bodies[side], err = readBody(ctx, s.reader, s.x, side); err != nil {
			return fmt.Errorf("read the %s body of exchange %d: %w", side, id, err)
		}
	}
	return nil
}

// readBody reads all that is kept of a body.
func readBody(ctx context.Context, r store.Reader, x *exchange.Exchange, side exchange.Side) ([]byte, error) {
	const piece = 1 << 20
	kept := x.Message(side).Body.Kept
	body := make([]byte, 0, kept)
	for int64(len(body)) < kept {
		p, err := r.ReadBody(ctx, x.ID, side, int64(len(body)), piece)
		if err != nil {
			return body, err
		}
		if len(p) == 0 {
			break
		}
		body = append(body, p...)
	}
	return body, nil
}

func (s *shown) text() {
	x := s.x
	fmt.Fprintf(s.out, "#%d %s %s\n", x.ID, x.Start.Local().Format("2006-01-02 15:04:05.000"), s.visible(s.maskURL(x.URL)))
	if x.Failure != nil {
		fmt.Fprintf(s.out, "failed: %s (%s)\n", s.visible(x.Failure.Message), x.Failure.Kind)
	}
	if x.Synthetic {
		fmt.Fprintln(s.out, "httpwhy made the response itself; no server sent it")
	}
	for _, note := range x.Notes {
		fmt.Fprintf(s.out, "note: %s\n", s.visible(note))
	}
	if x.Request.Method != "" {
		fmt.Fprintf(s.out, "\n%s %s %s\n", x.Request.Method, s.visible(s.maskURL(x.Request.Target)), x.Request.Proto)
		s.message(exchange.RequestSide)
	}
	for i := range x.Interim {
		fmt.Fprintf(s.out, "\n%s %d %s\n", x.Interim[i].Proto, x.Interim[i].Status, s.visible(x.Interim[i].Reason))
		s.header(x.Interim[i].Header)
	}
	if x.Response != nil {
		fmt.Fprintf(s.out, "\n%s\n", strings.TrimSpace(fmt.Sprintf("%s %d %s", x.Response.Proto, x.Response.Status, s.visible(x.Response.Reason))))
		s.message(exchange.ResponseSide)
	}
	if len(s.findings) > 0 {
		fmt.Fprintf(s.out, "\n%d of httpwhy's diagnoses: httpwhy why %d\n", len(s.findings), x.ID)
	}
}

func (s *shown) message(side exchange.Side) {
	m := s.x.Message(side)
	s.header(m.Header)
	if m.Body.State != exchange.NoBody {
		view := content.NewView(m, s.bodies[side])
		for _, note := range view.Notes {
			fmt.Fprintf(s.out, "[%s]\n", note)
		}
		fmt.Fprintf(s.out, "\n%s\n", s.body(view))
	}
	if len(m.Trailer) > 0 {
		fmt.Fprintln(s.out, "[trailer]")
		s.header(m.Trailer)
	}
}

// body is the content as text: binary content is not thrown at a terminal.
func (s *shown) body(v content.View) string {
	if !v.Kind.Textual() {
		return fmt.Sprintf("[%d bytes of %s; show --json has them]", len(v.Data), v.Kind)
	}
	body := string(v.Data)
	if !s.reveal {
		body = content.MaskText(body)
	}
	lines := strings.Split(strings.TrimRight(body, "\r\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.ReplaceAll(text.Visible(strings.TrimSuffix(l, "\r")), "^I", "\t")
	}
	return strings.Join(lines, "\n")
}

func (s *shown) header(h exchange.Header) {
	for _, f := range h {
		value := f.Value
		if !s.reveal {
			value = content.MaskField(f.Name, f.Value)
		}
		fmt.Fprintf(s.out, "%s: %s\n", s.visible(f.Name), s.visible(value))
	}
}

func (s *shown) maskURL(u string) string {
	if s.reveal {
		return u
	}
	return content.MaskURL(u)
}

// visible keeps control characters of the wire from the terminal.
func (s *shown) visible(v string) string { return text.Visible(v) }
