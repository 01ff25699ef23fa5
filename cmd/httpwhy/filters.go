package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"httpwhy/inspector/filter"
)

// filtersTopic is help about the language of filters, without a command.
func filtersTopic() *cobra.Command {
	return &cobra.Command{Use: "filters", Short: "The language of filters", Long: filtersText()}
}

func filtersText() string {
	var b strings.Builder
	b.WriteString("A filter is terms that must all hold. - before a term negates it; and, or, not\n" +
		"and parentheses combine them. A bare word is looked for in method, URL, status\n" +
		"and reason. Quotes keep spaces: why:\"token expired\".\n\n" +
		"  httpwhy ls 'host:api -path:/health (status:4xx or dur:>1s)'\n\nFields:\n")
	for _, k := range filter.Keys() {
		fmt.Fprintf(&b, "  %-9s %s\n  %9s %s\n", k.Name, k.Help, "", strings.Join(k.Examples, "  "))
		if len(k.Values) > 0 {
			fmt.Fprintf(&b, "  %9s values: %s\n", "", strings.Join(k.Values, " "))
		}
	}
	b.WriteString("\nmitmproxy's operators:\n")
	for _, o := range filter.Operators() {
		fmt.Fprintf(&b, "  %-12s %s\n", strings.TrimSpace(o.Name+" "+o.Argument), o.Help)
	}
	return strings.TrimRight(b.String(), "\n")
}
