package ui

import (
	"fmt"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/inspector/report"
	"httpwhy/ui/text"
)

// whyPage is the tab Why: the verdict, what it rests on, what to change on
// either side, what else was found, and what the code means.
func whyPage(d *detail, meaning string, l look, width int) *page {
	p := newPage(l, width)
	if d.x == nil {
		return p
	}
	whole, folded := report.Fold(d.findings)
	if len(whole) == 0 {
		p.nothingWrong(d)
	}
	for i := range whole {
		if i == 0 {
			p.verdict(&whole[0], d.id)
			continue
		}
		p.also(&whole[i], i == 1)
	}
	p.folded(folded, d.id)
	if meaning != "" {
		p.space()
		p.heading(fmt.Sprintf("ABOUT %d", d.x.Status()), "i opens Codes")
		p.prose(meaning, 3, l.Text)
	}
	return p
}

// nothingWrong says so, and what that rests on.
func (p *page) nothingWrong(d *detail) {
	x := d.x
	if x.Failure != nil {
		p.heading("VERDICT", "")
		p.prose("No rule explains this failure. What httpwhy saw: "+x.Failure.Message+".", 3, p.look.Text)
		return
	}
	if x.State == exchange.Active {
		p.prose("Under way. Diagnoses come when it ends.", 1, p.look.Text)
		return
	}
	p.add(styled(" "+p.look.signs.Check+" ", p.look.Good), styled("Nothing wrong found", p.look.Heading))
	checked, unread := report.Checked(x)
	p.prose("Checked: "+strings.Join(checked, ", ")+".", 3, p.look.Dim)
	if unread {
		p.prose("Not checked: the content, of which only a part was read here.", 3, p.look.Dim)
	}
}

// verdict is the primary finding in full.
func (p *page) verdict(f *exchange.Finding, id exchange.ID) {
	p.space()
	line := text.Line{
		styled(" VERDICT   ", p.look.Heading),
		styled(f.Rule, p.look.Severity(string(f.Severity))),
		styled("   "+string(f.Confidence), p.look.Text),
	}
	ref := shortReference(f.Reference)
	if gap := p.width - line.Width() - text.Width(ref) - 1; ref != "" && gap >= 2 {
		line = append(line, styled(strings.Repeat(" ", gap)+ref, p.look.Dim))
		p.lines = append(p.lines, line)
	} else {
		p.lines = append(p.lines, line)
		if ref != "" {
			p.prose(ref, 3, p.look.Dim)
		}
	}
	// The verdict itself stands right above the tabs; it is repeated only where
	// it did not fit there.
	if text.Width(f.Verdict) > headWidth(p.width) {
		p.prose(f.Verdict, 3, p.look.Text)
	}
	p.evidence(f, id)
	p.advice("FIX: CLIENT", "client fix", f.Fix.Client)
	p.advice("FIX: SERVER", "server fix", f.Fix.Server)
	if f.Why != "" {
		p.space()
		p.heading("WHY", "")
		p.prose(f.Why, 3, p.look.Text)
	}
	if len(f.Related) > 0 {
		var ids []string
		for _, r := range f.Related {
			ids = append(ids, fmt.Sprintf("#%d", r))
		}
		p.labelled(1, "RELATED", 8, text.Plain(strings.Join(ids, " ")))
	}
}

// evidence lists the facts that a finding rests on, each with its place.
func (p *page) evidence(f *exchange.Finding, id exchange.ID) {
	if len(f.Evidence) == 0 {
		return
	}
	p.space()
	p.heading("EVIDENCE", "Enter jumps to the source")
	for i, e := range f.Evidence {
		where := partName(e.Part)
		if e.Exchange != id && e.Exchange != 0 {
			where = fmt.Sprintf("#%d %s", e.Exchange, where)
		}
		p.jumps = append(p.jumps, jump{line: len(p.lines), exchange: e.Exchange, part: e.Part, name: e.Name})
		value := text.Line{styled(p.look.own(evidenceText(&e)), p.look.Text)}
		if e.Note != "" {
			value = append(value, styled("  "+p.look.own(e.Note), p.look.Dim))
		}
		label := string(rune('a'+min(i, 25))) + " " + where
		p.labelled(3, label, max(11, text.Width(label)), value)
	}
}

// evidenceText is a fact as it stands on the wire, or as near as can be.
// Secrets in field values are masked: evidence is copied and shared.
func evidenceText(e *exchange.Evidence) string {
	if e.Value == "absent" {
		return e.Name + " absent"
	}
	switch e.Part {
	case exchange.RequestHeader, exchange.ResponseHeader, exchange.ResponseTrailer:
		return e.Name + ": " + content.MaskField(e.Name, e.Value)
	}
	if e.Name == "" {
		return content.MaskText(e.Value)
	}
	return e.Name + " " + content.MaskText(e.Value)
}

// partName is the short name of a part, for a narrow column.
func partName(part exchange.Part) string {
	switch part {
	case exchange.RequestLine, exchange.RequestHeader, exchange.RequestBody:
		return "request"
	case exchange.StatusLine, exchange.ResponseHeader, exchange.ResponseBody, exchange.ResponseTrailer:
		return "response"
	default:
		return string(part)
	}
}

// advice is what to change on one side. Its block keeps its number whether or
// not the other side has one: y1 is always the client's, y2 the server's.
func (p *page) advice(title, name string, a exchange.Advice) {
	copied := a.Copy
	if copied == "" {
		copied = a.Text
	}
	p.blocks = append(p.blocks, block{name: name, text: copied})
	if a.Text == "" && a.Copy == "" {
		return
	}
	p.space()
	p.heading(title, fmt.Sprintf("y%d copies", len(p.blocks)))
	if a.Text != "" {
		p.prose(a.Text, 3, p.look.Text)
	}
	if a.Copy != "" {
		p.pasted(a.Copy)
	}
}

// also is a finding besides the verdict, in short.
func (p *page) also(f *exchange.Finding, first bool) {
	if first {
		p.space()
		p.heading("ALSO", "")
	}
	sev := string(f.Severity)
	sign := p.look.signs.Severity(sev)
	p.add(styled("   "+sign+" ", p.look.Severity(sev)), styled(f.Rule, p.look.Heading),
		styled("   "+string(f.Confidence), p.look.Dim))
	p.prose(f.Verdict, 5, p.look.Text)
	for _, a := range []struct{ side, text string }{{"Client", f.Fix.Client.Text}, {"Server", f.Fix.Server.Text}} {
		if a.text != "" {
			p.prose(a.side+": "+a.text, 5, p.look.Dim)
		}
	}
}

// folded names what would bury the cause, a line each.
func (p *page) folded(fs []exchange.Finding, id exchange.ID) {
	if len(fs) == 0 {
		return
	}
	p.space()
	p.heading("NOTES", fmt.Sprintf("httpwhy why --all %d", id))
	for _, f := range fs {
		sev := string(f.Severity)
		p.add(styled("   "+p.look.signs.Severity(sev)+" ", p.look.Severity(sev)), styled(f.Rule, p.look.Text),
			styled("   "+p.look.own(f.Short), p.look.Dim))
	}
}
