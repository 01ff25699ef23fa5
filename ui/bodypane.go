package ui

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/gdamore/tcell/v2"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/pager"
	"httpwhy/ui/text"
)

// bodyMode is how a body is shown.
type bodyMode string

// The modes, in which a key cycles.
const (
	bodyPretty bodyMode = "pretty"
	bodyRaw    bodyMode = "raw"
	bodyHex    bodyMode = "hex"
)

// The bounds of a body on the screen.
const (
	// bodyLimit is how much of a body is read to be shown, in bytes.
	bodyLimit = 128 << 20
	// bodyPiece is how much is read at once; progress is shown in between.
	bodyPiece = 1 << 20
)

// bodyPane shows the content of one message. It reads and decodes beside the
// event loop.
type bodyPane struct {
	s     *screen
	pager *pager.Pager
	side  exchange.Side
	mode  bodyMode
	wrap  bool
	// bothSides: request and response both have content.
	bothSides bool

	want   bodyKey
	raw    []byte // as recorded, once read
	shown  *shownBody
	read   atomic.Int64 // bytes read so far, for the progress
	cancel context.CancelFunc
	err    error
}

// bodyKey is what was asked for.
type bodyKey struct {
	detail *detail
	side   exchange.Side
	mode   bodyMode
	reveal bool
}

// shownBody is a body as text.
type shownBody struct {
	key   bodyKey
	text  []byte
	hex   []byte // shown as a dump in place of text
	note  string // how it was decoded, or why not
	style func(look) pager.Styler
	// partial: more of it is being read and decoded.
	partial bool
}

// string is all of it.
func (b *shownBody) string() string {
	if b.hex != nil {
		return content.HexDump(b.hex, 0)
	}
	return string(b.text)
}

func newBodyPane(s *screen) *bodyPane {
	b := &bodyPane{s: s, side: exchange.ResponseSide, mode: bodyPretty, wrap: true, cancel: func() {}}
	b.pager = pager.New(s.look.Theme, s.look.signs).SetWrap(true).SetLineNumbers(true)
	b.pager.SetNotifyFunc(s.nudge)
	return b
}

func (b *bodyPane) setTheme() {
	b.pager.SetTheme(b.s.look.Theme)
	if b.shown != nil && b.shown.style != nil {
		b.pager.SetStyler(b.shown.style(b.s.look))
	}
}

func (b *bodyPane) close() {
	b.cancel()
	b.pager.Close()
}

// sideOf is the side to show: the chosen one, but the request's where only it
// has content.
func (b *bodyPane) sideOf(x *exchange.Exchange) exchange.Side {
	b.bothSides = hasBody(x, exchange.RequestSide) && hasBody(x, exchange.ResponseSide)
	if !hasBody(x, b.side) && hasBody(x, other(b.side)) {
		return other(b.side)
	}
	return b.side
}

func hasBody(x *exchange.Exchange, s exchange.Side) bool {
	m := x.Message(s)
	return m != nil && m.Body.State != exchange.NoBody && m.Body.State != ""
}

func other(s exchange.Side) exchange.Side {
	if s == exchange.RequestSide {
		return exchange.ResponseSide
	}
	return exchange.RequestSide
}

// draw draws the notes, the text and the position.
func (b *bodyPane) draw(screen tcell.Screen, d *detail, x, y, w, h int) {
	l := b.s.look
	side := b.sideOf(d.x)
	m := d.x.Message(side)
	if m == nil {
		text.Styled(" (no response, so no body)", l.Dim).Draw(screen, x, y, w)
		return
	}
	b.load(bodyKey{d, side, b.mode, b.s.exchange.reveal == d.id})
	b.noteLine(m, side).Cut(w, l.signs.Ellipsis).Draw(screen, x, y, w)
	if b.shown == nil || b.shown.key != b.want {
		b.progress(m).Draw(screen, x, y+2, w)
		return
	}
	if h > 2 {
		b.pager.SetRect(x, y+1, w, h-2)
		b.pager.Draw(screen)
	}
	if b.shown.partial {
		b.progress(m).Draw(screen, x, y+h-1, w)
		return
	}
	searchStatus(b.s, b.pager).Draw(screen, x, y+h-1, w)
}

// noteLine names the mode, the media type and what is known of the body.
func (b *bodyPane) noteLine(m *exchange.Message, side exchange.Side) text.Line {
	l := b.s.look
	var line text.Line
	for i, mode := range []bodyMode{bodyPretty, bodyRaw, bodyHex} {
		style := l.Dim
		if mode == b.mode {
			style = l.Heading
		}
		if i > 0 {
			line = append(line, styled(" "+l.signs.Dot+" ", l.Dim))
		} else {
			line = append(line, styled(" ", l.Dim))
		}
		line = append(line, styled(string(mode), style))
	}
	note := text.Visible(m.Header.Get("Content-Type"))
	if note != "" {
		note += "  "
	}
	if m.Body.State == exchange.WholeBody {
		note += bytesText(m.Body.Size)
		if side == exchange.RequestSide {
			note += " request body"
		}
	} else {
		note += bodyState(&m.Body, string(side))
	}
	if b.shown != nil && b.shown.key == b.want && b.shown.note != "" {
		note += "; " + b.shown.note
	}
	hint := " (b)   "
	if b.bothSides {
		hint = " (b)  Tab: " + string(other(side)) + "   "
	}
	return append(line, styled(hint+text.Visible(note), l.Dim))
}

func (b *bodyPane) progress(m *exchange.Message) text.Line {
	if b.err != nil {
		return text.Styled(" "+text.Visible(b.err.Error()), b.s.look.Error)
	}
	percent := int64(0)
	if m.Body.Kept > 0 {
		percent = min(100, 100*b.read.Load()/m.Body.Kept)
	}
	if percent == 100 {
		return text.Styled(" laying out "+bytesText(m.Body.Kept), b.s.look.Dim)
	}
	return text.Styled(fmt.Sprintf(" reading %s: %d%%", bytesText(m.Body.Kept), percent), b.s.look.Dim)
}

// load reads and decodes what is asked for, unless that is done or under way.
func (b *bodyPane) load(key bodyKey) {
	if b.want == key {
		return
	}
	raw := b.raw
	if b.want.detail != key.detail || b.want.side != key.side {
		raw = nil
	}
	b.cancel()
	b.want, b.raw, b.err = key, raw, nil
	b.read.Store(0)
	if b.s.app == nil {
		return
	}
	if first := headOf(key); first != nil && (raw == nil || key.mode != bodyHex) {
		b.show(first)
	}
	var ctx context.Context
	ctx, b.cancel = context.WithCancel(b.s.ctx)
	b.s.quickly(func(context.Context) func() {
		raw, err := b.fetch(ctx, key, raw)
		var shown *shownBody
		if err == nil && ctx.Err() == nil {
			shown = renderBody(ctx, key, raw)
		}
		return func() { b.done(key, raw, shown, err) }
	})
}

// done shows what was read, unless something else is wanted by now.
func (b *bodyPane) done(key bodyKey, raw []byte, shown *shownBody, err error) {
	if key != b.want {
		return
	}
	b.raw, b.err = raw, err
	if shown != nil {
		b.show(shown)
	}
}

// show puts a body on the screen. The whole takes the place of its beginning
// where that was scrolled to, at the end if it was at its end.
func (b *bodyPane) show(shown *shownBody) {
	before, top, end := b.shown, b.pager.TopLine(), b.pager.AtEnd()
	query := b.pager.Query()
	b.shown = shown
	if shown.hex != nil {
		b.pager.SetSource(hexDump(shown.hex), hexDump(shown.hex).size())
	} else {
		b.pager.SetBytes(shown.text)
	}
	b.style()
	if before == nil || !before.partial || before.key != shown.key {
		return
	}
	if query != "" {
		b.pager.Search(query)
		return
	}
	if b.pager.GoTo(top); end {
		b.pager.GoToEnd()
	}
}

func (b *bodyPane) style() {
	shown := b.shown
	if shown.style != nil {
		b.pager.SetStyler(shown.style(b.s.look))
	} else {
		b.pager.SetStyler(nil)
	}
	b.pager.SetLineNumbers(shown.hex == nil)
	b.pager.SetWrap(b.wrap && shown.hex == nil)
}

// fetch reads the recorded bytes, piece by piece.
func (b *bodyPane) fetch(ctx context.Context, key bodyKey, have []byte) ([]byte, error) {
	m := key.detail.x.Message(key.side)
	if have != nil || m.Body.Kept <= int64(len(m.Body.Data)) {
		if have == nil {
			have = m.Body.Data
		}
		return have, nil
	}
	n := min(m.Body.Kept, bodyLimit)
	raw := make([]byte, 0, n)
	for int64(len(raw)) < n {
		p, err := b.s.options.Source.ReadBody(ctx, key.detail.id, key.side, int64(len(raw)), int(min(bodyPiece, n-int64(len(raw)))))
		if err != nil {
			return nil, fmt.Errorf("read the %s body: %w", key.side, err)
		}
		if len(p) == 0 {
			break
		}
		raw = append(raw, p...)
		b.read.Store(int64(len(raw)))
		b.s.nudge()
	}
	return raw, nil
}

// cycleMode goes to the next mode.
func (b *bodyPane) cycleMode() {
	b.mode = map[bodyMode]bodyMode{bodyPretty: bodyRaw, bodyRaw: bodyHex, bodyHex: bodyPretty}[b.mode]
}

// otherSide shows the body of the other message.
func (b *bodyPane) otherSide() { b.side = other(b.side) }
