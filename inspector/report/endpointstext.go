package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"httpwhy/inspector/content"
)

// Text renders the report as lines of at most width cells, one block per host.
func (e *Endpoints) Text(width int) string {
	width = max(width, minWidth)
	var b strings.Builder
	b.WriteString(e.summary() + "\n")
	for _, host := range sorted(e.hosts) {
		h := e.hosts[host]
		fmt.Fprintf(&b, "\n%s\n", shown(host))
		for _, r := range h.remarks() {
			writeRemark(&b, width, 2, &r)
		}
		for _, template := range sorted(h.endpoints) {
			ep := h.endpoints[template]
			fmt.Fprintf(&b, "  %s\n", clip(shown(template), width-2))
			for _, method := range sorted(ep.methods) {
				writeLines(&b, width, fmt.Sprintf("    %-8s", clip(shown(method), 8)), ep.methods[method].cells())
			}
			for _, r := range ep.sortedRemarks() {
				writeRemark(&b, width, 4, r)
			}
		}
	}
	return b.String()
}

// summary is the first sentence.
func (e *Endpoints) summary() string {
	n := 0
	for _, h := range e.hosts {
		n += len(h.remarks())
		for _, ep := range h.endpoints {
			n += len(ep.remarks)
		}
	}
	if e.exchanges == 0 {
		return "No calls of an API were seen."
	}
	s := fmt.Sprintf("%s of %s in %s", amount(e.count, "endpoint"), amount(len(e.hosts), "host"), amount(e.exchanges, "exchange"))
	if n == 0 {
		s += "; nothing to remark"
	} else {
		s += "; " + amount(n, "remark")
	}
	if e.leftOut > 0 {
		s += fmt.Sprintf("; %s to further endpoints left out", amount(e.leftOut, "exchange"))
	}
	return s + "."
}

func amount(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// shown is a part of a URL as it may be displayed.
func shown(s string) string { return visible(content.MaskURL(s)) }

// cells are the statuses of a method with their counts.
func (m *methodReport) cells() []string {
	var cells []string
	for _, status := range sorted(m.statuses) {
		cells = append(cells, fmt.Sprintf("%d ×%d", status, m.statuses[status].Count))
	}
	if m.failures > 0 {
		cells = append(cells, fmt.Sprintf("no response ×%d", m.failures))
	}
	return cells
}

func writeRemark(b *strings.Builder, width, indent int, r *remark) {
	text := shown(r.text)
	if r.method != "" {
		text = shown(r.method) + ": " + text
	}
	writeLines(b, width, strings.Repeat(" ", indent)+"• ", strings.Fields(text+" "+r.examples()))
}

// examples are the numbers of the remark's first exchanges.
func (r *remark) examples() string {
	ids := make([]string, 0, len(r.ids))
	for _, id := range r.ids {
		ids = append(ids, fmt.Sprintf("#%d", id))
	}
	s := strings.Join(ids, " ")
	if n := r.count - len(r.ids); n > 0 && r.method != "" {
		s += fmt.Sprintf(" and %d more", n)
	}
	return "(" + s + ")"
}

// writeLines writes words behind a label and breaks the line where it is full.
// Statuses and their counts, words with a space, stay together.
func writeLines(b *strings.Builder, width int, label string, words []string) {
	gap := " "
	if strings.TrimSpace(label) != "•" {
		gap = "  "
	}
	indent := utf8.RuneCountInString(label)
	line, empty := label, true
	for _, w := range words {
		w = clip(w, width-indent)
		if !empty && utf8.RuneCountInString(line)+len(gap)+utf8.RuneCountInString(w) > width {
			b.WriteString(line + "\n")
			line, empty = strings.Repeat(" ", indent), true
		}
		if !empty {
			line += gap
		}
		line, empty = line+w, false
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
