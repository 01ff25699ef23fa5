package status

import (
	"fmt"
	"strings"
)

// fences name the language of a fenced block, by kind.
var fences = map[Kind]string{
	Response: "http",
	Request:  "http",
	Client:   "sh",
	Server:   "go",
	LogLine:  "text",
}

// Markdown is the whole entry as CommonMark, ready for an issue or a chat.
func (c Code) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n", escape(c.Title()), escape(c.summary()))
	for _, s := range c.sections() {
		fmt.Fprintf(&b, "\n**%s**\n\n", s.heading)
		if s.prose != "" {
			b.WriteString(escape(s.prose) + "\n")
		}
		for i, item := range s.items {
			mark := "-"
			if s.ordered {
				mark = fmt.Sprintf("%d.", i+1)
			}
			fmt.Fprintf(&b, "%s %s\n", mark, escape(item))
		}
	}
	for _, e := range c.Examples {
		fmt.Fprintf(&b, "\n**%s**\n\n```%s\n%s```\n", e.Title, fences[e.Kind], plain(e.Text))
	}
	fmt.Fprintf(&b, "\nReference: [%s](%s)\n", escape(c.Reference.Name), c.Reference.URL)
	return b.String()
}

// escape keeps prose from being read as markup: fields like Access-Control-* and
// tags like </a> stand in it.
var escape = strings.NewReplacer(
	`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "[", `\[`).Replace
