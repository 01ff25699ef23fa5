// Package report renders findings for people and for programs.
package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

const (
	// minWidth is the least width for which text is laid out, in cells.
	minWidth = 40
	// labelWidth is that of the left column.
	labelWidth = 12
	// maxLines is what a finding takes on a screen of 80x24 beside the frame:
	// the explanation is cut for it, advice and lines to paste never are.
	maxLines = 12
	// maxEvidence is the number of facts that are shown.
	maxEvidence = 4
)

// Text renders a finding of x as lines of at most width cells, the verdict
// first. Lines to paste are not broken, whatever their length.
func Text(f *exchange.Finding, x *exchange.Exchange, width int) string {
	p := page{width: max(width, minWidth)}
	p.head(f, x)
	p.wrap("", sentence(f), 3)
	for i, e := range f.Evidence {
		if i == maxEvidence {
			break
		}
		p.wrap(once("evidence", i), evidence(&e, f.Exchange), 1)
	}
	p.advice("you", f.Fix.Client)
	p.advice("server", f.Fix.Server)
	p.wrap("why", f.Why, max(1, maxLines-len(p.lines)-1))
	if f.Reference != "" {
		p.lines = append(p.lines, strings.Repeat(" ", labelWidth)+visible(f.Reference))
	}
	return strings.Join(p.lines, "\n") + "\n"
}

// sentence is the verdict with the word that says how sure it is.
func sentence(f *exchange.Finding) string {
	if f.Confidence == exchange.Likely && !strings.HasPrefix(f.Verdict, "Likely") {
		return "Likely: " + f.Verdict
	}
	if f.Confidence == exchange.Possible && !strings.HasPrefix(f.Verdict, "Possibly") {
		return "Possibly: " + f.Verdict
	}
	return f.Verdict
}

func once(label string, i int) string {
	if i > 0 {
		return ""
	}
	return label
}

// evidence is one fact on one line, with its exchange if it is another one.
func evidence(e *exchange.Evidence, of exchange.ID) string {
	var s string
	switch e.Part {
	case exchange.RequestHeader, exchange.ResponseHeader, exchange.ResponseTrailer:
		s = e.Name + ": " + e.Value
		if e.Value == "absent" {
			s = "no " + e.Name
		}
	case exchange.RequestLine, exchange.TimingPart, exchange.StatusLine:
		s = e.Name + " " + e.Value
	case exchange.FailurePart:
		s = e.Value
	default:
		s = string(e.Part) + " " + e.Name + ": " + e.Value
		if e.Part == exchange.SequencePart {
			s = e.Name + ": " + e.Value
		}
	}
	if e.Note != "" {
		s += " (" + e.Note + ")"
	}
	if e.Exchange != of && e.Exchange != 0 {
		s = fmt.Sprintf("#%d %s", e.Exchange, s)
	}
	return s
}

var glyphs = map[exchange.Severity]string{
	exchange.SeverityError: "✖", exchange.SeverityWarning: "▲", exchange.SeverityInfo: "•", exchange.SeverityGood: "✓",
}

type page struct {
	width int
	lines []string
}

func (p *page) head(f *exchange.Finding, x *exchange.Exchange) {
	left := fmt.Sprintf("%s %s %s", glyphs[f.Severity], f.Severity, f.Rule)
	right := fmt.Sprintf("#%d", f.Exchange)
	if x != nil {
		r := exchange.Row{URL: content.MaskURL(x.URL)}
		where := r.Path()
		if where == "" {
			where = r.Host()
		}
		right = strings.Join(strings.Fields(fmt.Sprintf("#%d %s %s", x.ID, x.Request.Method, visible(where))), " ")
	}
	room := p.width - utf8.RuneCountInString(left) - 2
	if room < 8 {
		p.lines = append(p.lines, left)
		return
	}
	right = clip(right, room)
	gap := p.width - utf8.RuneCountInString(left) - utf8.RuneCountInString(right)
	p.lines = append(p.lines, left+strings.Repeat(" ", gap)+right)
}

// wrap adds a text behind a label, in at most n lines.
func (p *page) wrap(label, text string, n int) {
	words := strings.Fields(visible(text))
	if len(words) == 0 {
		return
	}
	indent, width := labelWidth, p.width-labelWidth
	if label == "" && len(p.lines) == 1 {
		indent, width = 2, p.width-2
	}
	var lines []string
	line := ""
	for _, word := range words {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	lines = append(lines, line)
	if len(lines) > n {
		lines = lines[:n]
		lines[n-1] = clip(lines[n-1]+" …", width)
	}
	for i, line := range lines {
		start := "  " + once(label, i)
		p.lines = append(p.lines, start+strings.Repeat(" ", indent-len(start))+clip(line, width))
	}
}

func (p *page) advice(label string, a exchange.Advice) {
	p.wrap(label, a.Text, 3)
	if a.Copy == "" {
		return
	}
	for i, line := range strings.Split(a.Copy, "\n") {
		start := strings.Repeat(" ", labelWidth)
		if i == 0 && a.Text == "" {
			start = fmt.Sprintf("  %-*s", labelWidth-2, label)
		}
		p.lines = append(p.lines, start+visible(line))
	}
}

// visible replaces what would move the cursor or change the direction of
// writing: the text comes from strangers.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0, r == utf8.RuneError,
			r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return '�'
		}
		return r
	}, s)
}

func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:max(n-1, 0)]) + "…"
}
