package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"httpwhy/inspector/exchange"
)

func (p *program) lsCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "ls [FILTER]",
		Short: "List the recorded exchanges",
		Long: "ls lists the exchanges of the capture, also while it is being recorded.\n" +
			"httpwhy help filters has all that a filter can ask for.\n\n" +
			"  httpwhy ls is:problem\n  httpwhy ls 'host:api and (status:4xx or status:5xx)'",
		RunE: func(c *cobra.Command, args []string) error {
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
			encoder := json.NewEncoder(out)
			encoder.SetEscapeHTML(false)
			width := p.width()
			err = eachRow(c.Context(), r, match, func(row exchange.Row) error {
				if asJSON {
					return encoder.Encode(jsonRow(row))
				}
				_, err := fmt.Fprintln(out, textRow(row, width))
				return err
			})
			if err != nil {
				return err
			}
			return out.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON object per exchange")
	return c
}

// width is the width of standard output in cells.
func (p *program) width() int {
	if f, ok := p.out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return lineWidth
}
