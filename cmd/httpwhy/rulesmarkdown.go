package main

import (
	"fmt"
	"strings"

	"httpwhy/inspector/rules"
)

// rulesMarkdown is the catalogue as a page. It is generated into the
// documentation, and a test keeps that up to date.
func rulesMarkdown(all []*rules.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The diagnoses\n\n%d rules, by family. `httpwhy rules --markdown` makes this page; `httpwhy rules ID` shows one in the terminal.\n", len(all))
	family := rules.Family("")
	for _, r := range all {
		if r.Family != family {
			family = r.Family
			fmt.Fprintf(&b, "\n## %s\n", family)
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s (%s). %s\n\n", r.ID, r.Title, r.Severity, r.Explain)
		if r.FixClient != "" {
			fmt.Fprintf(&b, "- Client: %s\n", r.FixClient)
		}
		if r.FixServer != "" {
			fmt.Fprintf(&b, "- Server: %s\n", r.FixServer)
		}
		fmt.Fprintf(&b, "- Reference: <%s>\n", r.Spec)
		for _, e := range r.Examples {
			if e.Finds == "" {
				continue
			}
			fmt.Fprintf(&b, "\n```\n%s\n```\n", strings.TrimSpace(e.HTTP))
			break
		}
	}
	return b.String()
}
