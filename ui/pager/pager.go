// Package pager shows text of any size: a body of 100 MiB, one line of 10 MiB, or
// a page composed of styled lines. Only what is in sight is read, styled and
// drawn.
package pager

import (
	"context"
	"io"
	"sync"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

const (
	// indexAtOnce bytes in memory are indexed before the first draw, in about
	// a millisecond; more, and what must be read first, in the background.
	indexAtOnce = 10 << 20
	readAtOnce  = 256 << 10
)

// Span is a range of bytes in one style.
type Span struct {
	Start, End int // 0 <= Start <= End, in bytes of the text given to the Styler
	Style      tcell.Style
}

// Styler returns the tokens of a line, ascending and without overlap; what lies
// between them is plain. It is called for lines in sight only, with a part of
// lines above 16 KiB. It must not keep or change the line.
type Styler func(line []byte) []Span

// Pager is the primitive. Its methods are for the goroutine that draws.
type Pager struct {
	*tview.Box
	theme  *terminal.Theme
	glyphs *terminal.Glyphs
	notify func()
	styler Styler

	doc     document
	wrap    bool
	numbers bool
	top     pos
	col     int // cells scrolled to the right; kept by everything but h, l and a search
	widest  int // widest line of the last draw

	last  pos // last row of the last draw
	atEnd bool

	indexing task
	search   search
}

// New returns an empty pager that wraps.
func New(theme *terminal.Theme, glyphs *terminal.Glyphs) *Pager {
	p := &Pager{Box: tview.NewBox(), theme: theme, glyphs: glyphs, notify: func() {}, doc: &linesDocument{}, wrap: true}
	p.SetBackgroundColor(tcell.ColorDefault)
	return p
}

// SetTheme changes the colours of signs and matches.
func (p *Pager) SetTheme(theme *terminal.Theme) *Pager {
	p.theme = theme
	return p
}

// SetLines shows composed lines from the first one on. They wrap at words.
func (p *Pager) SetLines(lines []text.Line) *Pager {
	return p.set(&linesDocument{all: lines})
}

// UpdateLines exchanges composed lines and keeps the place.
func (p *Pager) UpdateLines(lines []text.Line) *Pager {
	top, query := p.top, p.search.text
	p.set(&linesDocument{all: lines})
	p.startSearch(query, false)
	p.scrollTo(top)
	return p
}

// SetBytes shows b, which must not change afterwards. It wraps at the edge.
func (p *Pager) SetBytes(b []byte) *Pager {
	return p.setSource(&source{data: b, size: int64(len(b))}, indexAtOnce)
}

// SetSource shows size bytes of r, which is read from the goroutine that draws
// and from others at the same time.
func (p *Pager) SetSource(r io.ReaderAt, size int64) *Pager {
	return p.setSource(&source{r: r, size: size}, readAtOnce)
}

func (p *Pager) set(doc document) *Pager {
	p.Close()
	p.doc, p.top, p.col, p.search, p.widest = doc, pos{}, 0, search{}, 0
	return p
}

func (p *Pager) setSource(src *source, atOnce int64) *Pager {
	doc := &bytesDocument{src: src, index: newIndex()}
	p.set(doc)
	err := src.scan(context.Background(), 0, 0, func(_ int64, b []byte, _ int) bool {
		doc.index.add(b)
		return doc.index.scanned < atOnce
	})
	from := doc.index.scanned
	if from >= src.size || err != nil {
		doc.index.finish(err)
		return p
	}
	notify := p.notify
	p.indexing.start(func(ctx context.Context) {
		told := from
		err := src.scan(ctx, from, 0, func(off int64, b []byte, _ int) bool {
			doc.index.add(b)
			if off-told >= indexAtOnce {
				told = off
				notify()
			}
			return true
		})
		if ctx.Err() == nil {
			doc.index.finish(err)
			notify()
		}
	})
	return p
}

// SetStyler sets the tokens of lines of bytes; nil: plain.
func (p *Pager) SetStyler(s Styler) *Pager {
	p.styler = s
	return p
}

// SetWrap turns wrapping on or off.
func (p *Pager) SetWrap(on bool) *Pager {
	p.wrap = on
	p.scrollTo(p.top)
	return p
}

// Wrapped reports whether long lines are wrapped.
func (p *Pager) Wrapped() bool { return p.wrap }

// SetLineNumbers turns line numbers on or off.
func (p *Pager) SetLineNumbers(on bool) *Pager {
	p.numbers = on
	return p
}

// SetNotifyFunc sets what is called, from another goroutine, when work in the
// background changed what Draw and the status show. It must not block. Set it
// before the text.
func (p *Pager) SetNotifyFunc(f func()) *Pager {
	p.notify = f
	return p
}

// Close ends work in the background and waits for it. The pager stays usable.
func (p *Pager) Close() {
	p.indexing.stop()
	p.search.task.stop()
}

// task is one goroutine that can be ended.
type task struct {
	cancel context.CancelFunc
	wg     *sync.WaitGroup
}

func (t *task) start(f func(context.Context)) {
	t.stop()
	ctx, cancel := context.WithCancel(context.Background())
	t.cancel, t.wg = cancel, new(sync.WaitGroup)
	t.wg.Go(func() { f(ctx) })
}

func (t *task) stop() {
	if t.cancel != nil {
		t.cancel()
		t.wg.Wait()
		t.cancel = nil
	}
}
