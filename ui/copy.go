package ui

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/terminal"
)

// put copies text to the clipboard and says by which way it went.
func (s *screen) put(what, copied string) {
	if copied == "" {
		s.say("nothing to copy: " + what + " is empty")
		return
	}
	if s.clipboard == nil {
		return
	}
	s.quickly(func(ctx context.Context) func() {
		to, err := s.clipboard.Copy(ctx, []byte(copied))
		return func() {
			if err != nil {
				s.say("not copied: " + err.Error())
				return
			}
			s.say("copied " + what + " to " + copiedTo(to))
		}
	})
}

func copiedTo(to terminal.Copied) string {
	if to.Path != "" {
		return to.Path
	}
	return to.Detail
}

// withExchange runs f with the exchange that is shown or selected.
func (s *screen) withExchange(f func(*detail)) {
	r := s.row()
	if s.open {
		r = s.model.store.Get(s.exchange.wanted)
	}
	if r == nil {
		s.say("no exchange is selected")
		return
	}
	s.exchange.show(r.ID)
	d := s.exchange.current()
	switch {
	case d == nil:
		s.say("the exchange is still being read; try again")
	case d.x == nil:
		s.say(d.err.Error())
	default:
		f(d)
	}
}

// copyCurl copies the request as a curl command. Masked or not, its bytes are
// those of the wire otherwise.
func (s *screen) copyCurl(masked bool) {
	s.withExchange(func(d *detail) {
		if d.x.Request.Method == "" || d.x.Request.Method == http.MethodConnect {
			s.say("no request was read that curl could send")
			return
		}
		s.withBody(d, exchange.RequestSide, func(body []byte) {
			if !masked {
				s.put("curl command with its secrets"+bodyDoubt(&d.x.Request.Body), curlCommand(d.x, body, nil))
				return
			}
			x := *d.x
			x.URL = content.MaskURL(x.URL)
			shown := body
			if utf8.Valid(body) {
				shown = []byte(content.MaskText(string(body)))
			}
			s.put("curl command, secrets masked"+bodyDoubt(&d.x.Request.Body)+",", curlCommand(&x, shown, content.MaskField))
		})
	})
}

// bodyDoubt warns where a copied body is not the whole.
func bodyDoubt(b *exchange.Body) string {
	switch b.State {
	case exchange.NoBody, exchange.WholeBody, "":
		return ""
	default:
		return fmt.Sprintf(" (body incomplete: %s of %s kept)", bytesText(b.Kept), bytesText(b.Size))
	}
}

// withBody reads a body as recorded and runs f with it.
func (s *screen) withBody(d *detail, side exchange.Side, f func([]byte)) {
	m := d.x.Message(side)
	if m == nil {
		f(nil)
		return
	}
	if m.Body.Kept <= int64(len(m.Body.Data)) {
		f(m.Body.Data)
		return
	}
	key := bodyKey{detail: d, side: side}
	s.quickly(func(ctx context.Context) func() {
		raw, err := s.exchange.body.fetch(ctx, key, nil)
		return func() {
			if err != nil {
				s.say(err.Error())
				return
			}
			f(raw)
		}
	})
}

// copyMenu asks what to copy: a numbered block of the screen, or a part of the
// exchange.
func (s *screen) copyMenu() {
	blocks := s.blocks()
	if s.context() == inSetup {
		b := s.setup.copied()
		s.put(b.name, b.text)
		return
	}
	m := &menu{title: "Copy"}
	for i, b := range blocks {
		if b.text != "" {
			m.items = append(m.items, menuItem{fmt.Sprint(i + 1), b.name, func() { s.put("the "+b.name, b.text) }})
		}
	}
	if in := s.context(); in&(inList|inDetail) != 0 && s.row() != nil {
		s.exchangeItems(m)
	}
	if len(m.items) == 0 {
		s.say("nothing to copy here; Y copies the screen")
		return
	}
	s.menu = m
}

// blocks are the numbered blocks of what is on the screen.
func (s *screen) blocks() []block {
	switch in := s.context(); {
	case in == inCodes:
		return s.codes.blocks()
	case in&(inList|inDetail) != 0:
		if d := s.exchange.current(); d != nil && d.x != nil && d.primary() != nil {
			return whyPage(d, "", s.look, 80).blocks[:2]
		}
	}
	return nil
}

// exchangeItems are the parts of an exchange that can be copied.
func (s *screen) exchangeItems(m *menu) {
	item := func(key, label, what string, text func(*detail) string) {
		m.items = append(m.items, menuItem{key, label, func() {
			s.withExchange(func(d *detail) { s.put(what, text(d)) })
		}})
	}
	m.title = fmt.Sprintf("Copy from #%d", s.row().ID)
	item("u", "URL, secrets masked", "the URL, secrets masked,", func(d *detail) string { return content.MaskURL(d.x.URL) })
	item("h", "request head, secrets masked", "the request head, secrets masked,", func(d *detail) string {
		return headText(&d.x.Request, false)
	})
	item("H", "response head, secrets masked", "the response head, secrets masked,", func(d *detail) string {
		if d.x.Response == nil {
			return ""
		}
		return headText(d.x.Response, false)
	})
	for _, side := range []struct {
		key  string
		side exchange.Side
	}{{"b", exchange.ResponseSide}, {"B", exchange.RequestSide}} {
		m.items = append(m.items, menuItem{side.key, string(side.side) + " body as recorded", func() {
			s.withExchange(func(d *detail) {
				s.withBody(d, side.side, func(body []byte) { s.put("the "+string(side.side)+" body", string(body)) })
			})
		}})
	}
	item("w", "why, as Markdown", "the diagnosis as Markdown", whyMarkdown)
	m.items = append(m.items,
		menuItem{"c", "curl, secrets masked", func() { s.copyCurl(true) }},
		menuItem{"C", "curl with secrets, byte for byte", func() { s.copyCurl(false) }})
}

// whyMarkdown is the answer for a ticket or a chat.
func whyMarkdown(d *detail) string {
	var b strings.Builder
	r := exchange.NewRow(d.x)
	r.Findings = exchange.Headlines(d.findings)
	fmt.Fprintf(&b, "**%s %s**: %s %s\n", r.Method, content.MaskURL(r.URL), codeText(&r), statusName(&r, d))
	if len(d.findings) == 0 {
		b.WriteString("\n" + quietNote(&r) + "\n")
	}
	for _, f := range d.findings {
		fmt.Fprintf(&b, "\n%s (`%s`, %s)\n\n", f.Verdict, f.Rule, f.Confidence)
		for _, e := range f.Evidence {
			fmt.Fprintf(&b, "- %s: `%s`", e.Part, strings.ReplaceAll(evidenceText(&e), "`", "'"))
			if e.Note != "" {
				b.WriteString(" (" + e.Note + ")")
			}
			b.WriteByte('\n')
		}
		for _, a := range []struct {
			side string
			a    exchange.Advice
		}{{"Client", f.Fix.Client}, {"Server", f.Fix.Server}} {
			if a.a.Text != "" {
				fmt.Fprintf(&b, "\n%s: %s\n", a.side, a.a.Text)
			}
			if a.a.Copy != "" {
				fmt.Fprintf(&b, "\n```\n%s\n```\n", strings.TrimRight(a.a.Copy, "\n"))
			}
		}
		if f.Reference != "" {
			fmt.Fprintf(&b, "\n%s\n", f.Reference)
		}
	}
	return b.String()
}

// screenText is what is on the screen as text.
func (s *screen) screenText() string {
	var b strings.Builder
	for y := range s.height {
		var line strings.Builder
		for x := 0; x < s.width; {
			cell, _, w := s.terminal.Get(x, y)
			if cell == "" {
				cell = " "
			}
			line.WriteString(cell)
			x += max(1, w)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
