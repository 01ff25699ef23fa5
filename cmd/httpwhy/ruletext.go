package main

import (
	"fmt"
	"strings"

	"httpwhy/inspector/rules"
	"httpwhy/ui/text"
)

// ruleText is a rule as a page of lines of at most width cells.
func ruleText(r *rules.Rule, width int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s, %s)\n%s\n", r.ID, r.Severity, r.Family, r.Title)
	section := func(heading, body string) {
		if body == "" {
			return
		}
		fmt.Fprintf(&b, "\n%s\n", heading)
		for _, line := range text.Wrap(body, width-2) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	section("WHY", r.Explain)
	section("FIX: CLIENT", r.FixClient)
	section("FIX: SERVER", r.FixServer)
	section("REFERENCE", r.Spec)
	for _, e := range r.Examples {
		if e.Finds == "" {
			continue
		}
		fmt.Fprintf(&b, "\nEXAMPLE: %s\n", e.Name)
		for _, line := range strings.Split(strings.TrimSpace(e.HTTP), "\n") {
			fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(line))
		}
		break
	}
	return b.String()
}
