// Package pager shows text of any size: a body of 100 MiB, one line of 10 MiB, or
// a page composed of styled lines. Only what is in sight is read, styled and
// drawn.
package pager

import (
	"io"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

// Span is a range of bytes in one style.
type Span struct {
	Start, End int // 0 <= Start <= End, in bytes of the text given to the Styler
	Style      tcell.Style
}

// Styler returns the tokens of a line, ascending and without overlap; what lies
// between them is plain. It is called for lines in sight only, with a part of
// lines above 16 KiB.
type Styler func(line []byte) []Span

// Pager is the primitive. Its methods are for the goroutine that draws.
type Pager struct {
	*tview.Box
	theme  *terminal.Theme
	glyphs *terminal.Glyphs
}

// New returns an empty pager.
func New(theme *terminal.Theme, glyphs *terminal.Glyphs) *Pager {
	return &Pager{Box: tview.NewBox(), theme: theme, glyphs: glyphs}
}

// SetTheme changes the colours of signs and matches.
func (p *Pager) SetTheme(theme *terminal.Theme) *Pager { return p }

// SetLines shows composed lines. They wrap at words.
func (p *Pager) SetLines(lines []text.Line) *Pager { return p }

// SetBytes shows b, which must not change afterwards. It wraps at the edge.
func (p *Pager) SetBytes(b []byte) *Pager { return p }

// SetSource shows size bytes of r, which is read from the goroutine that draws
// and from one in the background.
func (p *Pager) SetSource(r io.ReaderAt, size int64) *Pager { return p }

// SetStyler sets the tokens of lines of bytes; nil: plain.
func (p *Pager) SetStyler(s Styler) *Pager { return p }

// SetWrap turns wrapping on or off.
func (p *Pager) SetWrap(on bool) *Pager { return p }

// Wrapped reports whether long lines are wrapped.
func (p *Pager) Wrapped() bool { return false }

// SetLineNumbers turns line numbers on or off.
func (p *Pager) SetLineNumbers(on bool) *Pager { return p }

// SetNotifyFunc sets what is called, from another goroutine, when work in the
// background changed what Draw and the status show. It must not block.
func (p *Pager) SetNotifyFunc(f func()) *Pager { return p }

// Close ends work in the background and waits for it.
func (p *Pager) Close() {}

// GoTo brings line n, counted from 1, to the top.
func (p *Pager) GoTo(n int) {}

// TopLine returns the number of the first line in sight, counted from 1; 0 when
// there is no text.
func (p *Pager) TopLine() int { return 0 }

// Search finds all places of query and goes to the first at or below the top.
// Letters in lower case match both cases (ASCII); a capital letter makes the
// search exact. An empty query ends the search.
func (p *Pager) Search(query string) {}

// Query returns what is searched for; "" when nothing is.
func (p *Pager) Query() string { return "" }

// NextMatch goes to the next match, PreviousMatch to the one before; both go
// round at the end.
func (p *Pager) NextMatch() {}

// PreviousMatch goes to the match before.
func (p *Pager) PreviousMatch() {}

// MatchStatus returns "match 1 of 1,111", "no match" or how far the search is;
// "" when nothing is searched for.
func (p *Pager) MatchStatus() string { return "" }

// Status returns "line 1-16 of 110,003  0%" for the footer.
func (p *Pager) Status() string { return "" }

// HandleKey does what a key means in a pager and reports whether it means
// anything.
func (p *Pager) HandleKey(ev *tcell.EventKey) bool { return false }
