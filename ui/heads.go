package ui

import (
	"fmt"
	"strconv"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// requestPage is the tab Request: the head as it was on the wire, what is known
// of the content, and its beginning.
func requestPage(x *exchange.Exchange, reveal bool, l look, width int) *page {
	p := newPage(l, width)
	m := &x.Request
	if m.Method == "" {
		p.prose("No request was read. "+x.URL+" is what the client wanted to reach.", 1, l.Text)
		p.failure(x)
		return p
	}
	target := m.Target
	if !reveal {
		target = content.MaskURL(target)
	}
	line := text.Line{styled(" ", l.Text), styled(text.Visible(m.Method), l.Heading), styled(" ", l.Text)}
	line = append(line, text.VisibleRuns(target, l.Text, l.Escape)...)
	line = append(line, styled(" "+protoText(m.Proto), l.Dim))
	p.lines = append(p.lines, line.Wrap(p.width-1, 4)...)
	p.fields(m.Header, reveal)
	p.bodyNote(&m.Body, "request")
	p.trailers(m.Trailer, reveal)
	return p
}

// responsePage is the tab Response: the interim responses and the final one.
func responsePage(x *exchange.Exchange, reveal bool, l look, width int) *page {
	p := newPage(l, width)
	for i := range x.Interim {
		p.statusLine(&x.Interim[i])
		p.fields(x.Interim[i].Header, reveal)
		p.space()
	}
	if x.Response == nil {
		if x.State == exchange.Active {
			p.prose("No response yet.", 1, l.Text)
		} else {
			p.prose("No response was read.", 1, l.Text)
		}
		p.failure(x)
		return p
	}
	if x.Synthetic {
		p.prose("httpwhy made this answer itself; no origin sent it.", 1, l.Warning)
		p.space()
	}
	p.statusLine(x.Response)
	p.fields(x.Response.Header, reveal)
	p.bodyNote(&x.Response.Body, "response")
	p.trailers(x.Response.Trailer, reveal)
	p.frames(x, reveal)
	p.failure(x)
	return p
}

func (p *page) statusLine(m *exchange.Message) {
	line := text.Line{
		styled(" "+protoText(m.Proto)+" ", p.look.Dim),
		styled(strconv.Itoa(m.Status), p.look.StatusClass(m.Status)),
	}
	if m.Reason != "" {
		line = append(line, styled(" "+text.Visible(m.Reason), p.look.Text))
	}
	p.lines = append(p.lines, line)
}

// protoText is the protocol as a status line writes it.
func protoText(proto string) string {
	if proto == "HTTP/2.0" {
		return "HTTP/2"
	}
	return proto
}

// fields writes field lines in wire order and case.
func (p *page) fields(h exchange.Header, reveal bool) {
	for _, f := range h {
		value := f.Value
		if masked := content.MaskField(f.Name, value); !reveal && masked != value {
			value = strings.ReplaceAll(masked, "…", p.look.signs.Ellipsis)
		}
		line := text.Line{styled(" ", p.look.Text)}
		line = append(line, text.VisibleRuns(f.Name, p.look.Key, p.look.Escape)...)
		line = append(line, styled(": ", p.look.Dim))
		line = append(line, text.VisibleRuns(value, p.look.Text, p.look.Escape)...)
		p.lines = append(p.lines, line.Wrap(p.width-1, 4)...)
	}
}

func (p *page) trailers(h exchange.Header, reveal bool) {
	if len(h) == 0 {
		return
	}
	p.space()
	p.heading("TRAILERS", "")
	p.fields(h, reveal)
}

func (p *page) failure(x *exchange.Exchange) {
	if x.Failure == nil {
		return
	}
	p.space()
	p.heading("FAILED", string(x.Failure.Kind))
	p.prose(x.Failure.Message, 3, p.look.Error)
	if len(x.Failure.Excerpt) > 0 {
		p.prose("What came instead:", 3, p.look.Dim)
		p.pasted(string(x.Failure.Excerpt))
	}
}

// bodyNote says what is known of a body.
func (p *page) bodyNote(b *exchange.Body, side string) {
	p.space()
	p.add(styled(" "+bodyState(b, side), p.look.Dim))
}

// bodyState is one sentence on what was kept of a body.
func bodyState(b *exchange.Body, side string) string {
	expected := ""
	if b.Expected >= 0 && b.Expected != b.Size {
		expected = fmt.Sprintf(" of %s announced", bytesText(b.Expected))
	}
	switch b.State {
	case exchange.NoBody, "":
		return "(no " + side + " body)"
	case exchange.WholeBody:
		return fmt.Sprintf("%s body %s, complete", side, bytesText(b.Size))
	case exchange.CutBody:
		return fmt.Sprintf("%s body %s; the first %s were kept", side, bytesText(b.Size), bytesText(b.Kept))
	case exchange.InterruptedBody:
		return fmt.Sprintf("%s body interrupted after %s%s", side, bytesText(b.Size), expected)
	case exchange.UnrecordedBody:
		return fmt.Sprintf("%s body %s passed by and was not recorded", side, bytesText(b.Size))
	default:
		return side + " body: " + string(b.State)
	}
}

// headText is the head of a message as text, for copies.
func headText(m *exchange.Message, reveal bool) string {
	var b strings.Builder
	if m.Method != "" {
		target := m.Target
		if !reveal {
			target = content.MaskURL(target)
		}
		fmt.Fprintf(&b, "%s %s %s\n", m.Method, target, protoText(m.Proto))
	} else {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%s %d %s", protoText(m.Proto), m.Status, m.Reason), " ") + "\n")
	}
	for _, f := range m.Header {
		value := f.Value
		if !reveal {
			value = content.MaskField(f.Name, value)
		}
		fmt.Fprintf(&b, "%s: %s\n", f.Name, value)
	}
	return b.String()
}
