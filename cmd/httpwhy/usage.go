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
		return usagef("%w; see %s", err, helpOf(c))
	}
	unknown, _, _ = strings.Cut(unknown, "=")
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	c.InheritedFlags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if n := spelling.Nearest(unknown, names); n != "" {
		return usagef("unknown flag --%s: did you mean --%s?", unknown, n)
	}
	return usagef("unknown flag --%s; see %s", unknown, helpOf(c))
}

// helpOf is what to type for the help of c.
func helpOf(c *cobra.Command) string {
	if !c.HasParent() {
		return c.Name() + " help"
	}
	return c.Root().Name() + " help " + c.Name()
}

// atMost makes a check for at most n arguments a usage error that says so.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > n {
			return usagef("%s takes %s, not %s", c.CommandPath(), what, plural(len(args), "argument"))
		}
		return nil
	}
}

// helpCommand is cobra's, which shows the help of the root for a command that
// there is none of.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say what a command does and which flags it has",
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil {
				return usageError{err}
			}
			if len(rest) > 0 {
				return unknownCommand(c.Root(), rest[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// unknownCommand names the nearest command.
func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			names = append(names, c.Name())
		}
	}
	hint := "see httpwhy help"
	if n := spelling.Nearest(name, names); n != "" {
		hint = fmt.Sprintf("did you mean %s?", n)
	}
	return usagef("unknown command %s: %s", name, hint)
}
