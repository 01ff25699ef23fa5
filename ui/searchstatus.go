package ui

import (
	"strings"

	"httpwhy/ui/pager"
	"httpwhy/ui/text"
)

// searchStatus is the line below a text: what is searched for and where the
// window is.
func searchStatus(s *screen, p *pager.Pager) text.Line {
	left := ""
	if q := p.Query(); q != "" {
		left = " /" + text.Visible(q) + "  " + p.MatchStatus()
	}
	right := p.Status()
	if keys := "   n next  N previous"; left != "" && text.Width(left+keys+right)+2 < s.paneWidth() {
		left += keys
	}
	gap := max(1, s.paneWidth()-text.Width(left)-text.Width(right)-1)
	return text.Line{styled(left, s.look.Text), styled(strings.Repeat(" ", gap)+right, s.look.Dim)}
}
