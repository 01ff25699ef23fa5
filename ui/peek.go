package ui

import (
	"strings"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// peekLines are the three lines below the list: the verdict, its proof and the
// fix.
func peekLines(r *exchange.Row, d *detail, l look, width int) []text.Line {
	mark := l.signs.Ellipsis
	lines := []text.Line{verdictLine(r, d, l).Cut(width, mark), {}, {}}
	if d == nil || d.x == nil {
		return lines
	}
	f := d.primary()
	if f == nil {
		lines[1] = text.Line{styled("   "+quietNote(r), l.Dim)}.Cut(width, mark)
		return lines
	}
	var proof []string
	for _, e := range f.Evidence {
		fact := evidenceText(&e)
		if e.Note != "" {
			fact += " (" + e.Note + ")"
		}
		proof = append(proof, fact)
	}
	if len(proof) == 0 && f.Why != "" {
		proof = []string{f.Why}
	}
	if len(proof) > 0 {
		lines[1] = text.Line{
			styled("   Proof  ", l.Dim),
			styled(l.own(oneLine(strings.Join(proof, "; "))), l.Text),
		}.Cut(width, mark)
	}
	fix := fixText(f)
	const more = "Enter: full answer"
	room := width - text.Width("   Fix    ") - text.Width(more) - 3
	lines[2] = text.Line{
		styled("   Fix    ", l.Dim),
		styled(text.PadRight(l.own(oneLine(fix)), room, mark), l.Text),
		styled("  "+more, l.Dim),
	}.Cut(width, mark)
	return lines
}

// fixText is the advice in one line, the client's first.
func fixText(f *exchange.Finding) string {
	var parts []string
	if f.Fix.Client.Text != "" {
		parts = append(parts, "client: "+f.Fix.Client.Text)
	}
	if f.Fix.Server.Text != "" {
		parts = append(parts, "server: "+f.Fix.Server.Text)
	}
	if len(parts) == 0 {
		return "none needed"
	}
	return strings.Join(parts, "  ")
}

// quietNote is what the peek says of an exchange without findings.
func quietNote(r *exchange.Row) string {
	switch {
	case r.State == exchange.Active:
		return "Under way."
	case r.FailureKind != "":
		return "No rule explains this failure. Enter shows what was seen."
	default:
		return "Nothing wrong found."
	}
}

// oneLine joins the lines of a text.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
