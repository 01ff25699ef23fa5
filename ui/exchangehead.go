package ui

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// titleLine names an exchange: number, method and URL, at the right when and
// how long.
func titleLine(r *exchange.Row, l look, width int) text.Line {
	right := clock(r.Start)
	if r.Duration > 0 {
		right += "  " + milliseconds(r.Duration) + " ms"
	}
	head := fmt.Sprintf(" #%d %s ", r.ID, text.Visible(r.Method))
	room := width - text.Width(head) - text.Width(right) - 3
	url := text.CutMiddle(l.own(content.MaskURL(r.URL)), max(room, 10), l.signs.Ellipsis)
	gap := max(1, width-text.Width(head)-text.Width(url)-text.Width(right)-1)
	return text.Line{
		styled(head, l.Heading), styled(url, l.Text),
		styled(strings.Repeat(" ", gap)+right, l.Dim),
	}
}

// verdictLine is the answer in one line: the code and its name, and why.
func verdictLine(r *exchange.Row, d *detail, l look) text.Line {
	sev := string(severity(r))
	sign := l.signs.Severity(sev)
	if sev == "" && r.State == exchange.Active {
		sign = l.signs.InFlight
	}
	line := text.Line{styled(" "+sign+" ", l.Severity(sev))}
	code := codeText(r)
	switch {
	case code == "-" && r.State == exchange.Active:
		return append(line, styled("waiting for the response", l.Dim))
	case noAnswer(r):
		line = append(line, styled("No answer", l.Error))
	default:
		line = append(line, styled(strings.TrimSpace(code+" "+statusName(r, d)), l.Severity(sev).Bold(true)))
	}
	if why := verdictText(r, d); why != "" {
		line = append(line, styled(": "+l.own(why), l.Text))
	}
	return line
}

// verdictText is the verdict of the primary finding; short while the details are
// being read.
func verdictText(r *exchange.Row, d *detail) string {
	if d != nil {
		if f := d.primary(); f != nil {
			return f.Verdict
		}
	}
	if f := r.Primary(); f != nil {
		return f.Short
	}
	return r.FailureMessage
}

// headWidth is the width of a verdict that surely fits into the two lines above
// the tabs, beside sign and status.
func headWidth(width int) int { return 2*width - 40 }

// statusName is the reason phrase as sent, else the registered one.
func statusName(r *exchange.Row, d *detail) string {
	if d != nil && d.x != nil && d.x.Response != nil && d.x.Response.Reason != "" {
		return text.Visible(d.x.Response.Reason)
	}
	return http.StatusText(r.Status)
}

// tabLine shows the tabs, the current one in brackets.
func tabLine(tabs []tab, current tab, l look, note string) text.Line {
	var line text.Line
	for _, t := range tabs {
		if t == current {
			line = append(line, styled(" ["+string(t)+"]", l.Heading))
		} else {
			line = append(line, styled("  "+string(t)+" ", l.Text))
		}
	}
	return append(line, styled("  "+note, l.Dim))
}
