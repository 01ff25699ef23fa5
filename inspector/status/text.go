package status

import (
	"fmt"
	"strings"
)

const (
	minWidth     = 24
	defaultWidth = 80
)

// section is a heading with prose or a list below it. Text and Markdown print
// the same sections in the same order.
type section struct {
	heading string
	prose   string
	items   []string
	ordered bool
}

func (c Code) sections() []section {
	confused := make([]string, len(c.Confused))
	for i, other := range c.Confused {
		confused[i] = fmt.Sprintf("%s: %s", titleOf(other.Number), other.Why)
	}
	all := []section{
		{heading: "Meaning", prose: c.Meaning},
		{heading: "Also called", prose: strings.Join(c.OtherNames, ", ")},
		{heading: "Used by", prose: c.UsedBy},
		{heading: "Usual causes, most frequent first", items: c.Causes, ordered: true},
		{heading: "The specification asks of the server", prose: c.SpecServer},
		{heading: "The specification asks of the client", prose: c.SpecClient},
		{heading: "Header fields", prose: strings.Join(c.Fields, ", ")},
		{heading: "Retry", prose: c.retry()},
		{heading: "Cached", prose: c.Caching},
		{heading: "Next, as client", prose: c.NextClient},
		{heading: "Next, as server", prose: c.NextServer},
		{heading: "Not to be confused with", items: confused},
	}
	kept := all[:0]
	for _, s := range all {
		if s.prose != "" || len(s.items) > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

// retry joins the verdict and the sentence, unless the sentence says it itself.
func (c Code) retry() string {
	if c.Retry == RetryNever || c.Retry == NothingToRetry {
		return c.RetryHow
	}
	return upperFirst(string(c.Retry)) + ". " + c.RetryHow
}

// summary is the line below the title: class, standing, where it shows, topics.
func (c Code) summary() string {
	parts := []string{string(c.Class), "registered"}
	if !c.Registered {
		parts[1] = "unofficial"
	}
	if c.Standing != "" {
		parts[1] += ", " + c.Standing
	}
	if c.Wire != OnWire {
		parts = append(parts, string(c.Wire))
	}
	for _, t := range c.Topics {
		if t != Unofficial {
			parts = append(parts, string(t))
		}
	}
	return strings.Join(parts, " | ")
}

func titleOf(n int) string {
	c, ok := Lookup(n)
	if !ok {
		return fmt.Sprint(n)
	}
	return c.Title()
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// Text is the whole entry for a terminal: plain ASCII, prose wrapped at width
// columns (80 if width is 0 or less, at least 24). Examples keep their lines,
// since they are to be copied; only they, a URL or a long name may be wider.
func (c Code) Text(width int) string {
	if width <= 0 {
		width = defaultWidth
	}
	width = max(width, minWidth)
	var b strings.Builder
	wrap(&b, c.Title(), "", "", width)
	wrap(&b, c.summary(), "", "", width)
	for _, s := range c.sections() {
		b.WriteString("\n")
		wrap(&b, strings.ToUpper(s.heading), "", "", width)
		if s.prose != "" {
			wrap(&b, s.prose, "  ", "  ", width)
		}
		for i, item := range s.items {
			mark := "  - "
			if s.ordered {
				mark = fmt.Sprintf("  %d ", i+1)
			}
			wrap(&b, item, mark, "    ", width)
		}
	}
	for _, e := range c.Examples {
		b.WriteString("\n")
		wrap(&b, strings.ToUpper(e.Title), "", "", width)
		for line := range strings.Lines(plain(e.Text)) {
			line = strings.TrimRight("  "+line, "\n ")
			b.WriteString(line + "\n")
		}
	}
	b.WriteString("\nREFERENCE\n")
	wrap(&b, c.Reference.Name, "  ", "  ", width)
	b.WriteString("  " + c.Reference.URL + "\n")
	return b.String()
}

// plain is an example's text without the line ends that only the wire needs.
func plain(text string) string {
	return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n") + "\n"
}

// wrap writes text in lines of at most width columns, the first after first and
// the others after rest. A word that is longer has a line to itself.
func wrap(b *strings.Builder, text, first, rest string, width int) {
	line, indent := first, true
	for _, word := range strings.Fields(text) {
		if !indent && len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line, indent = rest, true
		}
		if !indent {
			line += " "
		}
		line += word
		indent = false
	}
	b.WriteString(line + "\n")
}
