package main

import (
	"github.com/spf13/cobra"

	"httpwhy/cmd/httpwhy/generate"
)

// generateCommand makes large captures for measurements. It is hidden: it
// serves those who work on httpwhy.
func (p *program) generateCommand() *cobra.Command {
	var exchanges int
	var seed uint64
	c := &cobra.Command{
		Use:    "generate",
		Short:  "Fill a capture with made-up traffic, to measure with",
		Hidden: true,
		Args:   atMost(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			if exchanges < 0 {
				return usagef("--exchanges wants a number from 0 on, not %d", exchanges)
			}
			if p.capture == "" {
				return usagef("generate wants --capture DIR: it must not fill the capture in use")
			}
			dir, err := p.captureDir()
			if err != nil {
				return err
			}
			told := 0
			return generate.Capture(c.Context(), dir, exchanges, seed, func(done int) {
				if done-told >= 100_000 || done == exchanges {
					told = done
					p.notice("%d of %d exchanges", done, exchanges)
				}
			})
		},
	}
	c.Flags().IntVar(&exchanges, "exchanges", 1000, "how many exchanges to make")
	c.Flags().Uint64Var(&seed, "seed", 1, "the same seed gives the same exchanges")
	return c
}
