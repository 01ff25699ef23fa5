package report

import (
	"fmt"
	"strings"
)

// Markdown renders the report with a table of methods and statuses per host.
func (e *Endpoints) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Endpoints\n\n%s\n", e.summary())
	for _, host := range sorted(e.hosts) {
		h := e.hosts[host]
		fmt.Fprintf(&b, "\n## %s\n\n", escape(host))
		h.writeTable(&b)
		var lines []string
		for _, r := range h.remarks() {
			lines = append(lines, fmt.Sprintf("- %s %s", escape(r.text), r.examples()))
		}
		for _, template := range sorted(h.endpoints) {
			for _, r := range h.endpoints[template].sortedRemarks() {
				lines = append(lines, fmt.Sprintf("- **%s %s**: %s %s", escape(r.method), escape(template), escape(r.text), r.examples()))
			}
		}
		if len(lines) > 0 {
			fmt.Fprintf(&b, "\n%s\n", strings.Join(lines, "\n"))
		}
	}
	return b.String()
}

// writeTable writes a row per method and endpoint, and a column per status that
// the host answered with.
func (h *hostReport) writeTable(b *strings.Builder) {
	columns, failures := map[int]bool{}, false
	for _, ep := range h.endpoints {
		for _, m := range ep.methods {
			for status := range m.statuses {
				columns[status] = true
			}
			failures = failures || m.failures > 0
		}
	}
	statuses := sorted(columns)
	b.WriteString("| Method | Endpoint |")
	for _, status := range statuses {
		fmt.Fprintf(b, " %d |", status)
	}
	if failures {
		b.WriteString(" no response |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("--:|", len(statuses)))
	if failures {
		b.WriteString("--:|")
	}
	b.WriteString("\n")
	for _, template := range sorted(h.endpoints) {
		ep := h.endpoints[template]
		for _, method := range sorted(ep.methods) {
			m := ep.methods[method]
			fmt.Fprintf(b, "| %s | %s |", escape(method), escape(template))
			for _, status := range statuses {
				if s := m.statuses[status]; s != nil {
					fmt.Fprintf(b, " %d |", s.Count)
				} else {
					b.WriteString(" |")
				}
			}
			switch {
			case m.failures > 0:
				fmt.Fprintf(b, " %d |", m.failures)
			case failures:
				b.WriteString(" |")
			}
			b.WriteString("\n")
		}
	}
}

// escape makes a text from strangers plain text of Markdown.
func escape(s string) string {
	return markdownEscapes.Replace(shown(s))
}

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "#", `\#`, "~", `\~`, "!", `\!`,
)
