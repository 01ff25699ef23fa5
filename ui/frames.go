package ui

import (
	"fmt"
	"unicode/utf8"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// shownFrame is how much of a message is shown in the list of them, in bytes.
const shownFrame = 400

// frames lists the messages behind an upgrade or of an event stream.
func (p *page) frames(x *exchange.Exchange, reveal bool) {
	if len(x.Frames) == 0 && x.FramesLost == 0 {
		return
	}
	p.space()
	p.heading(fmt.Sprintf("MESSAGES %d", len(x.Frames)), "")
	for i := range x.Frames {
		f := &x.Frames[i]
		arrow := p.look.signs.ArrowLeft
		if f.From == exchange.ClientPeer {
			arrow = p.look.signs.ArrowRight
		}
		label := fmt.Sprintf("%s ms %s %s %s", exactMilliseconds(f.At), arrow, f.Type, bytesText(f.Size))
		p.labelled(3, label, max(30, text.Width(label)), text.Line{styled(frameText(f, reveal), p.look.Text)})
	}
	if x.FramesLost > 0 {
		p.prose(plural(x.FramesLost, "message")+" passed by and were not kept.", 3, p.look.Warning)
	}
}

// frameText is the beginning of a message, as text if it is text.
func frameText(f *exchange.Frame, reveal bool) string {
	data := f.Data[:min(len(f.Data), shownFrame)]
	if f.Type == "binary" || !utf8.Valid(f.Data) {
		return fmt.Sprintf("% x", data[:min(len(data), 32)])
	}
	s := string(data)
	if !reveal {
		s = content.MaskText(s)
	}
	return text.Visible(oneLine(s))
}
