package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gdamore/tcell/v2"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/status"
	"httpwhy/ui/list"
	"httpwhy/ui/pager"
	"httpwhy/ui/text"
)

// codeHeading marks the IDs of headings in the list of codes; the rest are
// codes within a topic.
const codeHeading = 1 << 40

// codeEntry is a line of the list of codes: a heading, or a code.
type codeEntry struct {
	id      uint64
	heading string
	code    status.Code
}

// codesView is the reference of status codes: by topic, or as searched for.
type codesView struct {
	s       *screen
	list    *list.List
	text    *pager.Pager
	entries []codeEntry
	query   string
	onText  bool // the pane with the explanation has the keys
	page    *page
	shown   codeKey
	history []string
}

type codeKey struct {
	number, width, hits int
	theme               string
}

func newCodesView(s *screen) *codesView {
	v := &codesView{s: s}
	v.list = list.New(v, s.look.Theme, s.look.signs)
	v.list.SetFollow(false)
	v.list.SetOpenFunc(func(uint64) { v.open() })
	v.text = pager.New(s.look.Theme, s.look.signs).SetWrap(true)
	v.search("")
	return v
}

func (v *codesView) setTheme() {
	v.list.SetTheme(v.s.look.Theme)
	v.text.SetTheme(v.s.look.Theme)
}

// search lists the codes that a query finds, best first; all of them by topic
// for an empty one.
func (v *codesView) search(query string) {
	v.query = query
	var entries []codeEntry
	if strings.TrimSpace(query) == "" {
		for i, g := range status.Topics() {
			entries = append(entries, codeEntry{id: codeHeading + uint64(i), heading: fmt.Sprintf("%s (%d)", g.Name, len(g.Codes))})
			for _, c := range g.Codes {
				entries = append(entries, codeEntry{id: uint64(i)<<16 + uint64(c.Number) + 1, code: c})
			}
		}
	} else {
		for _, c := range status.Search(query) {
			entries = append(entries, codeEntry{id: uint64(c.Number) + 1, code: c})
		}
	}
	v.entries = entries
	v.list.Sync()
	v.list.SelectIndex(0)
	if len(entries) > 1 && entries[0].heading != "" {
		v.list.SelectIndex(1)
	}
}

// at shows a code, if it is known.
func (v *codesView) at(number int) {
	v.search("")
	i := slices.IndexFunc(v.entries, func(e codeEntry) bool { return e.heading == "" && e.code.Number == number })
	if i < 0 {
		v.s.say(fmt.Sprintf("%d is no known status code", number))
		return
	}
	v.list.SelectIndex(i)
}

// Len is part of list.Model.
func (v *codesView) Len() int { return len(v.entries) }

// ID is part of list.Model.
func (v *codesView) ID(i int) uint64 { return v.entries[i].id }

// IndexOf is part of list.Model.
func (v *codesView) IndexOf(id uint64) int {
	return slices.IndexFunc(v.entries, func(e codeEntry) bool { return e.id == id })
}

// Row is part of list.Model.
func (v *codesView) Row(i, width int) (gutter text.Run, content text.Line) {
	e, l := v.entries[i], v.s.look
	if e.heading != "" {
		return text.Run{Text: " "}, text.Styled(text.PadRight(e.heading, width, l.signs.Ellipsis), l.Heading)
	}
	hits := ""
	if n := v.hits(e.code.Number); n > 0 {
		hits = count(n)
	}
	name := text.PadRight(e.code.Phrase, max(0, width-4-5), l.signs.Ellipsis)
	return text.Run{Text: " "}, text.Line{
		styled(fmt.Sprintf("%3d ", e.code.Number), l.StatusClass(e.code.Number)),
		styled(name, l.Text), styled(text.PadLeft(hits, 5, ""), l.Dim),
	}
}

// hits counts a code in the capture.
func (v *codesView) hits(number int) int { return v.s.model.store.Codes()[number] }

func (v *codesView) selected() *status.Code {
	i := v.list.Index()
	if i < 0 || v.entries[i].heading != "" {
		return nil
	}
	return &v.entries[i].code
}

// open lists the exchanges with the selected code.
func (v *codesView) open() {
	c := v.selected()
	if c == nil {
		return
	}
	if v.hits(c.Number) == 0 {
		v.s.say(fmt.Sprintf("no exchange in this capture has status %d", c.Number))
		return
	}
	v.s.model.change(listState{filter: fmt.Sprintf("status:%d", c.Number), order: "time"})
	v.s.goTo(viewList)
}

// blocks are the examples of the selected code.
func (v *codesView) blocks() []block {
	c := v.selected()
	if c == nil {
		return nil
	}
	var blocks []block
	for _, e := range c.Examples {
		blocks = append(blocks, block{name: fmt.Sprintf("%d %s: %s", c.Number, e.Kind, e.Title), text: e.Text})
	}
	return blocks
}

func (v *codesView) draw(screen tcell.Screen, top, bottom int) {
	l, width := v.s.look, v.s.width
	v.drawSearch(screen, top)
	top++
	left := min(40, width*2/5)
	bar, barStyle := l.signs.Vertical, l.Dim
	if v.onText {
		bar, barStyle = l.signs.Focus, l.Focus
	}
	for y := top; y < bottom; y++ {
		text.Styled(bar, barStyle).Draw(screen, left, y, 1)
	}
	if len(v.entries) == 0 {
		text.Line{styled("  Nothing matches  ", l.Heading), styled(text.Visible(v.query), l.Heading)}.Cut(left, l.signs.Ellipsis).Draw(screen, 0, top+1, left)
		for i, line := range text.Wrap(visibleText(status.NoMatch(v.query)), width-left-3) {
			text.Plain(line).Draw(screen, left+2, top+1+i, width-left-2)
		}
		return
	}
	v.list.SetRect(0, top, left, bottom-top)
	v.list.Draw(screen)
	c := v.selected()
	if c == nil {
		return
	}
	v.compose(c, width-left-1)
	v.text.SetRect(left+1, top, width-left-1, bottom-top)
	v.text.Draw(screen)
}

func (v *codesView) drawSearch(screen tcell.Screen, y int) {
	l := v.s.look
	if in := v.s.input; in != nil && in.row == filterRow {
		in.draw(screen, l, 0, y, v.s.width)
		return
	}
	shown := styled("search: a number or words: 401, 4xx, too many, gateway", l.Dim)
	if v.query != "" {
		shown = styled(text.Visible(v.query), l.Heading)
	}
	text.Line{styled(" / ", l.Dim), shown}.Cut(v.s.width, l.signs.Ellipsis).Draw(screen, 0, y, v.s.width)
}

// compose makes the text of a code for a width.
func (v *codesView) compose(c *status.Code, width int) {
	key := codeKey{c.Number, width, v.hits(c.Number), v.s.look.Name}
	if key == v.shown {
		return
	}
	v.shown = key
	v.page = codePage(c, key.hits, v.s.look, width)
	v.text.SetLines(v.page.lines)
}

// codePage explains one status code.
func codePage(c *status.Code, hits int, l look, width int) *page {
	p := newPage(l, width)
	title := text.Line{styled(" "+c.Title(), l.Heading)}
	if gap := width - title.Width() - text.Width(c.Reference.Name) - 1; gap >= 2 {
		title = append(title, styled(strings.Repeat(" ", gap)+c.Reference.Name, l.Dim))
	}
	p.lines = append(p.lines, title)
	p.prose(c.Meaning, 1, l.Text)
	if note := standing(c); note != "" {
		p.prose(note, 1, l.Warning)
	}
	p.space()
	for _, fact := range []struct{ label, text string }{
		{"SERVER", c.SpecServer},
		{"CLIENT", c.SpecClient},
		{"RETRY?", strings.TrimSpace(string(c.Retry) + ". " + c.RetryHow)},
		{"CACHED?", c.Caching},
		{"FIELDS", strings.Join(c.Fields, ", ")},
	} {
		if fact.text != "" {
			p.labelled(1, fact.label, 7, text.Plain(fact.text))
		}
	}
	p.space()
	p.heading("USUAL CAUSES, MOST FREQUENT FIRST", "")
	for i, cause := range c.Causes {
		p.labelled(1, fmt.Sprintf("%2d", i+1), 2, text.Plain(cause))
	}
	p.space()
	p.heading("WHAT TO DO", "")
	p.labelled(1, "client", 7, text.Plain(c.NextClient))
	p.labelled(1, "server", 7, text.Plain(c.NextServer))
	for i, e := range c.Examples {
		p.space()
		p.heading("EXAMPLE: "+e.Title, fmt.Sprintf("y%d copies", i+1))
		p.pasted(e.Text)
		p.blocks = append(p.blocks, block{e.Title, e.Text})
	}
	if len(c.Confused) > 0 {
		p.space()
		p.heading("NOT TO BE CONFUSED WITH", "")
		for _, other := range c.Confused {
			p.labelled(1, fmt.Sprint(other.Number), 4, text.Plain(other.Why))
		}
	}
	p.space()
	p.heading("IN THIS CAPTURE", "")
	if hits == 0 {
		p.prose("none", 3, l.Dim)
	} else {
		p.prose(plural(hits, "exchange")+"; Enter lists them", 3, l.Text)
	}
	return p
}

// standing says what is unusual about a code.
func standing(c *status.Code) string {
	var notes []string
	if !c.Registered {
		notes = append(notes, "not in the IANA registry")
	} else if c.Standing != "" {
		notes = append(notes, "registered as "+c.Standing)
	}
	if c.UsedBy != "" {
		notes = append(notes, "used by "+c.UsedBy)
	}
	if c.Wire != status.OnWire && c.Wire != "" {
		notes = append(notes, string(c.Wire))
	}
	return strings.Join(notes, "; ")
}

// meaning is what the status code of an exchange means, "" without one.
func meaning(x *exchange.Exchange) string {
	if x.Response == nil || x.Synthetic {
		return ""
	}
	c, ok := status.Lookup(x.Response.Status)
	if !ok {
		return ""
	}
	return c.Title() + ": " + c.Meaning
}
