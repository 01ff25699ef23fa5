package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"httpwhy/inspector/spelling"
)

// flagError turns an error of the flag parser into ours: it names the nearest
// flag that exists.
func flagError(c *cobra.Command, err error) error {
	if _, term, ok := strings.Cut(err.Error(), "unknown shorthand flag: "); ok && strings.Contains(term, ":") {
		_, term, _ = strings.Cut(term, " in ")
		return usagef("%s is read as a flag: put -- before a filter that begins with -, as in %s -- '%s'", term, c.CommandPath(), term)
	}
	unknown, isUnknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !isUnknown {
		return usagef("%w; see httpwhy help %s", err, commandName(c))
	}
	unknown, _, _ = strings.Cut(unknown, "=")
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	c.InheritedFlags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if n := spelling.Nearest(unknown, names); n != "" {
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
	if n := spelling.Nearest(name, names); n != "" {
		hint = fmt.Sprintf("did you mean %s?", n)
	}
	return usagef("unknown command %s: %s", name, hint)
}
