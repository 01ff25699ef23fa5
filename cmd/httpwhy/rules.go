package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"httpwhy/inspector/rules"
)

func (p *program) rulesCommand() *cobra.Command {
	var asJSON, asMarkdown bool
	c := &cobra.Command{
		Use:   "rules [ID]",
		Short: "List the diagnoses, or explain one",
		Args:  atMost(1, "the name of one rule"),
		RunE: func(_ *cobra.Command, args []string) error {
			if asJSON && asMarkdown {
				return usagef("rules are printed in --markdown or in --json, not in both")
			}
			chosen := rules.All()
			if len(args) == 1 {
				rule := rules.Lookup(args[0])
				if rule == nil {
					return unknownRule(args[0])
				}
				chosen = []*rules.Rule{rule}
			}
			switch {
			case asJSON:
				return p.rulesJSON(chosen)
			case asMarkdown:
				_, err := fmt.Fprint(p.out, rulesMarkdown(chosen))
				return err
			}
			if len(args) == 1 {
				_, err := fmt.Fprint(p.out, ruleText(chosen[0], min(p.width(), 100)))
				return err
			}
			for _, r := range chosen {
				if _, err := fmt.Fprintf(p.out, "%-34s %-8s %-12s %s\n", r.ID, r.Severity, r.Family, r.Title); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON object per rule")
	c.Flags().BoolVar(&asMarkdown, "markdown", false, "print a page in Markdown")
	return c
}

func unknownRule(id string) error {
	if n := rules.Nearest(id); n != "" {
		return usagef("unknown rule %s: did you mean %s?", id, n)
	}
	return usagef("unknown rule %s; httpwhy rules lists them", id)
}

// ruleJSON is a rule in "rules --json". Its fields are a contract.
type ruleJSON struct {
	ID          string  `json:"id"`
	Family      string  `json:"family"`
	Severity    string  `json:"severity"`
	Title       string  `json:"title"`
	Explanation string  `json:"explanation"`
	Fixes       fixJSON `json:"fixes"`
	Reference   string  `json:"reference"`
}

type fixJSON struct {
	Client string `json:"client"`
	Server string `json:"server"`
}

func (p *program) rulesJSON(chosen []*rules.Rule) error {
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	for _, r := range chosen {
		if err := encoder.Encode(ruleJSON{
			r.ID, string(r.Family), string(r.Severity), r.Title, r.Explain, fixJSON{r.FixClient, r.FixServer}, r.Spec,
		}); err != nil {
			return err
		}
	}
	return nil
}
