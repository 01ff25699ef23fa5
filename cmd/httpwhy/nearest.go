package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// nearest returns the member of words with the fewest edits to word, or "" if
// every one is further away than half its length.
func nearest(word string, words []string) string {
	best, bestDistance := "", len(word)/2+1
	for _, w := range words {
		if d := editDistance(strings.ToLower(word), strings.ToLower(w)); d < bestDistance {
			best, bestDistance = w, d
		}
	}
	return best
}

// editDistance is the Levenshtein distance in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// flagError turns an error of the flag parser into ours: it names the nearest
// flag that exists.
func flagError(c *cobra.Command, err error) error {
	unknown, isUnknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !isUnknown {
		return usagef("%w; see httpwhy help %s", err, commandName(c))
	}
	unknown, _, _ = strings.Cut(unknown, "=")
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	c.InheritedFlags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if n := nearest(unknown, names); n != "" {
		return usagef("unknown flag --%s: did you mean --%s?", unknown, n)
	}
	return usagef("unknown flag --%s; see httpwhy help %s", unknown, commandName(c))
}

func commandName(c *cobra.Command) string {
	return strings.TrimSpace(strings.TrimPrefix(c.CommandPath(), c.Root().Name()))
}

// unknownCommand names the nearest command.
func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	hint := "see httpwhy help"
	if n := nearest(name, names); n != "" {
		hint = fmt.Sprintf("did you mean %s?", n)
	}
	return usagef("unknown command %s: %s", name, hint)
}
