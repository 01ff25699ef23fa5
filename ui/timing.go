package ui

import (
	"fmt"
	"math"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// phase is one step of an exchange.
type phase struct {
	name       string
	start, end time.Duration
}

// phases cuts the timing of an exchange into steps that follow each other.
// Steps that did not happen, or were not seen, are left out.
func phases(t exchange.Timing) []phase {
	var ps []phase
	add := func(name string, start, end time.Duration) {
		if end > 0 && end >= start {
			ps = append(ps, phase{name, start, end})
		}
	}
	if t.DNSStart > 0 || t.DNSEnd > 0 {
		add("look up name", t.DNSStart, t.DNSEnd)
	}
	add("connect", t.ConnectStart, t.ConnectEnd)
	add("TLS handshake", t.TLSStart, t.TLSEnd)
	ready := max(t.DNSEnd, t.ConnectEnd, t.TLSEnd)
	add("send request", ready, t.RequestEnd)
	// An answer may begin before the request has ended.
	add("wait for server", min(max(ready, t.RequestEnd), t.FirstByte), t.FirstByte)
	if t.FirstByte > 0 {
		add("response head", t.FirstByte, t.ResponseHead)
	}
	if last := max(t.FirstByte, t.ResponseHead); last > 0 {
		add("response body", last, t.End)
	} else {
		add("until the failure", max(ready, t.RequestEnd), t.End)
	}
	return ps
}

// timingPage is the tab Timing: each phase with its milliseconds, its share and
// its place on one bar.
func timingPage(x *exchange.Exchange, l look, width int) *page {
	p := newPage(l, width)
	ps := phases(x.Timing)
	total := x.Timing.Last()
	if len(ps) == 0 || total == 0 {
		p.prose("No step of this exchange was timed.", 1, l.Text)
		return p
	}
	const nameWidth, msWidth, shareWidth = 18, 9, 6
	bar := max(p.width-nameWidth-msWidth-shareWidth-4, 8)
	row := func(name, middle, ms, share string) {
		p.add(styled(" "+text.PadRight(name, nameWidth, l.signs.Ellipsis), l.Text),
			styled(text.PadRight(middle, bar, ""), l.Info),
			styled(text.PadLeft(ms, msWidth, ""), l.Heading),
			styled(text.PadLeft(share, shareWidth, ""), l.Dim))
	}
	p.add(styled(" "+text.PadRight("PHASE", nameWidth+bar, ""), l.Heading),
		styled(text.PadLeft("ms", msWidth, ""), l.Heading), styled(text.PadLeft("share", shareWidth, ""), l.Heading))
	for _, s := range ps {
		took := s.end - s.start
		row(s.name, phaseBar(s, total, bar, l.signs.Block), exactMilliseconds(took),
			fmt.Sprintf("%.0f%%", 100*float64(took)/float64(total)))
	}
	row("total", "", exactMilliseconds(total), "100%")
	p.space()
	p.scale(total, nameWidth, bar)
	p.connections(x)
	return p
}

// scale writes the times under the bar.
func (p *page) scale(total time.Duration, indent, width int) {
	end := exactMilliseconds(total) + " ms"
	gap := max(1, width-4-text.Width(end))
	p.add(styled(strings.Repeat(" ", indent+1)+"0 ms"+strings.Repeat(" ", gap)+end, p.look.Dim))
}

// phaseBar places a phase on a bar of width cells.
func phaseBar(s phase, total time.Duration, width int, block string) string {
	place := func(d time.Duration) float64 { return float64(d) / float64(total) * float64(width) }
	from := min(int(place(s.start)), width-1)
	n := max(1, int(math.Round(place(s.end)))-from)
	return strings.Repeat(" ", from) + strings.Repeat(block, min(n, width-from))
}

func exactMilliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond))
}

// connections says between whom the exchange went.
func (p *page) connections(x *exchange.Exchange) {
	p.space()
	for _, c := range []struct {
		name string
		c    *exchange.Connection
	}{{"client", &x.Client}, {"server", &x.Server}} {
		if !c.c.Addr.IsValid() {
			continue
		}
		value := c.c.Addr.String()
		if c.c.Reused {
			value += "  connection reused"
			if c.c == &x.Server {
				value += ": no name look-up, no connect, no handshake"
			}
		}
		p.labelled(1, c.name, 10, text.Plain(value))
	}
	if x.ClosedBy != "" {
		p.labelled(1, "closed by", 10, text.Plain("the "+string(x.ClosedBy)))
	}
	p.labelled(1, "started", 10, text.Plain(x.Start.UTC().Format("2006-01-02 15:04:05.000Z")))
	for _, note := range x.Notes {
		p.labelled(1, "note", 10, text.Plain(text.Visible(note)))
	}
}
