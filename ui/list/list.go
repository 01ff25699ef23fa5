// Package list is a list of rows that keeps its selection by ID, whatever
// arrives, disappears or is filtered around it. Drawing costs the same for ten
// rows and for ten million.
package list

import (
	"github.com/rivo/tview"

	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

// Model holds the rows. The list calls it from the goroutine that draws, and
// only for rows in sight. It must not change while the list draws.
type Model interface {
	// Len returns the number of rows.
	Len() int
	// ID returns the identity of row i, 0 <= i < Len. It is unique and not 0.
	ID(i int) uint64
	// IndexOf returns the row with that ID, or -1.
	IndexOf(id uint64) int
	// Row returns row i, its content laid out for width cells: the gutter is
	// one sign in the second cell of the row, the content begins at the fourth.
	Row(i, width int) (gutter text.Run, content text.Line)
}

// newest is a model that hides rows: Newest returns the largest ID of all, so
// that a row which comes out of hiding does not count as one that arrived.
type newest interface{ Newest() uint64 }

// margin is the marker, the gutter and a space.
const margin = 3

// List is the primitive.
type List struct {
	*tview.Box
	model  Model
	theme  *terminal.Theme
	glyphs *terminal.Glyphs
	header func(width int) text.Line

	selected uint64   // ID; 0: none, the list is empty
	index    int      // of the selected row when last seen
	around   []uint64 // IDs near it when last seen, to find a neighbour by
	above    int      // how many of around lie above the selected row
	offset   int      // first row in sight
	col      int      // cells scrolled to the right
	widest   int      // widest row of the last draw

	follow bool
	newest uint64 // last row when following ended
	unseen int    // rows behind it

	changed  func(id uint64)
	open     func(id uint64)
	followed func(following bool, unseen int)
}

// New returns a list of model that follows the newest row.
func New(model Model, theme *terminal.Theme, glyphs *terminal.Glyphs) *List {
	l := &List{Box: tview.NewBox(), model: model, theme: theme, glyphs: glyphs, follow: true}
	l.SetBackgroundColor(0)
	return l
}

// SetModel exchanges the rows: another filter or order. The selected row stays
// selected, and in its place on the screen where it can.
func (l *List) SetModel(model Model) *List {
	l.model = model
	l.Sync()
	return l
}

// SetTheme changes the colours.
func (l *List) SetTheme(theme *terminal.Theme) *List {
	l.theme = theme
	return l
}

// SetHeader sets the row of column titles, laid out like the content of a row;
// nil removes it.
func (l *List) SetHeader(header func(width int) text.Line) *List {
	l.header = header
	return l
}

// SetChangedFunc sets what is called when another row is selected; id is 0 when
// the list becomes empty.
func (l *List) SetChangedFunc(f func(id uint64)) *List {
	l.changed = f
	return l
}

// SetOpenFunc sets what Enter, l and a double click do.
func (l *List) SetOpenFunc(f func(id uint64)) *List {
	l.open = f
	return l
}

// SetFollowFunc sets what is called when following begins or ends, or when the
// number of rows changes that arrived since it ended.
func (l *List) SetFollowFunc(f func(following bool, unseen int)) *List {
	l.followed = f
	return l
}

// Selected returns the ID of the selected row; 0 when there is none.
func (l *List) Selected() uint64 { return l.selected }

// Index returns the number of the selected row, -1 when there is none.
func (l *List) Index() int {
	if l.selected == 0 {
		return -1
	}
	return l.model.IndexOf(l.selected)
}

// Following reports whether the newest row is kept selected.
func (l *List) Following() bool { return l.follow }

// Unseen returns how many rows arrived at the end since following ended.
func (l *List) Unseen() int { return l.unseen }

// rows returns how many rows fit, header excluded.
func (l *List) rows() int {
	_, _, _, h := l.GetInnerRect()
	if l.header != nil {
		h--
	}
	return max(h, 0)
}
