package pager

import (
	"fmt"
	"strconv"
)

// MatchStatus returns "match 1 of 1,111", "no match" or how far the search is;
// "" when nothing is searched for.
func (p *Pager) MatchStatus() string {
	s := &p.search
	if s.found == nil {
		return ""
	}
	n, more, complete, done := s.found.state()
	total := group(n)
	if more || !complete {
		total += "+"
	}
	switch {
	case n == 0 && complete:
		return "no match"
	case n == 0:
		return fmt.Sprintf("searching, %d%%", percent(done))
	case s.current < 0:
		return total + " matches"
	case !complete:
		return fmt.Sprintf("match %s of %s, searching, %d%%", group(s.current+1), total, percent(done))
	}
	return fmt.Sprintf("match %s of %s", group(s.current+1), total)
}

// Status returns "line 1-16 of 110,003  0%" for the footer, as of the last Draw.
func (p *Pager) Status() string {
	n, complete := p.doc.lines()
	if err := p.doc.problem(); err != nil {
		return fmt.Sprintf("cannot read the text: %v", err)
	}
	if n == 0 {
		return "empty"
	}
	total := group(n)
	if !complete {
		total += "+"
	}
	done := 100
	if !p.atEnd || !complete {
		done = min(percent(p.doc.fraction(p.last)), 99)
	}
	first, last := group(p.top.line+1), group(p.last.line+1)
	if first != last {
		first += "-" + last
	}
	return fmt.Sprintf("line %s of %s  %d%%", first, total, done)
}

func percent(part float64) int { return int(part * 100) }

// group writes n with a comma between thousands.
func group(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
