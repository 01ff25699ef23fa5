package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"httpwhy/inspector/status"
)

func (p *program) statusCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status [CODE, CATEGORY or WORDS]",
		Short: "Look up status codes",
		Long: "status explains status codes: all registered ones and those that servers and\n" +
			"gateways made up.\n\n" +
			"  httpwhy status 404\n  httpwhy status 4xx\n  httpwhy status client error\n  httpwhy status too many",
		RunE: func(_ *cobra.Command, args []string) error {
			query := strings.TrimSpace(strings.Join(args, " "))
			codes := status.Search(query)
			if asJSON && len(codes) > 0 {
				return p.statusJSON(codes)
			}
			return p.statusText(query, codes)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON object per code")
	return c
}

func (p *program) statusJSON(codes []status.Code) error {
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	for _, c := range codes {
		if err := encoder.Encode(c); err != nil {
			return err
		}
	}
	return nil
}

// statusText prints one code whole and several as a list. That a number is no
// known code is an answer too.
func (p *program) statusText(query string, codes []status.Code) error {
	number, err := strconv.Atoi(query)
	isNumber := err == nil
	switch {
	case len(codes) == 1, isNumber && len(codes) > 0 && codes[0].Number == number:
		_, err := fmt.Fprint(p.out, codes[0].Text(min(p.width(), 100)))
		return err
	case len(codes) == 0 && isNumber:
		_, err := fmt.Fprintln(p.out, status.Explain(number))
		return err
	case len(codes) == 0:
		return errors.New(status.NoMatch(query))
	}
	for _, c := range codes {
		if _, err := fmt.Fprintf(p.out, "%3d  %-34s  %s\n", c.Number, c.Phrase, c.Class); err != nil {
			return err
		}
	}
	return nil
}
