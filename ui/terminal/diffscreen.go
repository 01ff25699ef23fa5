// Package terminal stands between the screen and the terminal: it sends only the
// cells that changed, chooses colours and signs, reaches the clipboard, and hands
// the terminal to the shell or to another program.
package terminal

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/uniseg"
)

// DiffScreen is a tcell.Screen that passes on only what differs from the last
// Show. tview fills every box with spaces before the widget writes over them;
// tcell 2.7 and newer marks a cell as changed at each of the two, so that every
// key would send the whole screen again.
//
// Its methods may be called from any goroutine, like those of a tcell screen.
type DiffScreen struct {
	tcell.Screen // never written to between two Shows

	mu      sync.Mutex
	w, h    int
	next    []cell // what the next Show shows
	sent    []cell // what the wrapped screen holds; a zero cell is unknown
	cursor  cursor
	changed bool // something besides cells must be shown
	started bool // Init was successful
}

type cell struct {
	str   string // one grapheme cluster; "" is the second half of a wide one
	style tcell.Style
	width int // 1 or 2; 0 for the second half
}

type cursor struct{ x, y int }

var _ tcell.Screen = (*DiffScreen)(nil)

// NewDiffScreen wraps screen, which from then on must not be written to directly.
func NewDiffScreen(screen tcell.Screen) *DiffScreen {
	return &DiffScreen{Screen: screen, cursor: cursor{-1, -1}}
}

// Init starts the wrapped screen. A second call does nothing: tview starts every
// screen that it is given and drops the error.
func (d *DiffScreen) Init() error {
	if d.started {
		return nil
	}
	err := d.Screen.Init()
	d.started = err == nil
	d.forget()
	return err
}

// forget makes the next Show pass on every cell.
func (d *DiffScreen) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.sent)
	d.changed = true
}

// fit brings the buffers to the size of the wrapped screen. A new size forgets
// what was sent, because the terminal moves its content in its own way.
func (d *DiffScreen) fit() {
	w, h := d.Size()
	if w == d.w && h == d.h {
		return
	}
	next := make([]cell, w*h)
	for i := range next {
		next[i] = cell{str: " ", width: 1}
	}
	for y := range min(h, d.h) {
		copy(next[y*w:][:min(w, d.w)], d.next[y*d.w:])
		if last := y*w + w - 1; w > 0 && next[last].width == 2 {
			next[last] = cell{str: " ", style: next[last].style, width: 1}
		}
	}
	d.w, d.h, d.next, d.sent, d.changed = w, h, next, make([]cell, w*h), true
}

// Clear fills the screen with spaces.
func (d *DiffScreen) Clear() { d.Fill(' ', tcell.StyleDefault) }

// Fill fills the screen with r, which must be one cell wide.
func (d *DiffScreen) Fill(r rune, style tcell.Style) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fit()
	s := string(r)
	for i := range d.next {
		d.next[i] = cell{str: s, style: keepNone(style, d.next[i].style), width: 1}
	}
}

// Put writes the first grapheme cluster of str and returns the rest and the
// width.
func (d *DiffScreen) Put(x, y int, str string, style tcell.Style) (string, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.put(x, y, str, style)
}

func (d *DiffScreen) put(x, y int, str string, style tcell.Style) (string, int) {
	if d.next == nil {
		d.fit()
	}
	if x < 0 || y < 0 || x >= d.w || y >= d.h {
		return str, 0
	}
	c, rest := firstCell(str)
	width := c.width
	row := d.next[y*d.w:][:d.w]
	c.style = keepNone(style, row[x].style)
	if x+c.width > d.w {
		c.str, c.width = " ", 1
	}
	// Half of a wide character cannot stay on the screen.
	if row[x].width == 0 && x > 0 {
		row[x-1] = cell{str: " ", style: row[x-1].style, width: 1}
	}
	if after := x + c.width; after < d.w && row[after].width == 0 {
		row[after] = cell{str: " ", style: row[after].style, width: 1}
	}
	row[x] = c
	if c.width == 2 {
		row[x+1] = cell{style: c.style}
	}
	return rest, width
}

// firstCell splits off the first cluster that takes room. Marks in front of it go
// into the same cell, as in tcell; control characters, which tcell would send to
// the terminal there, do not. Without any such cluster the cell is a space.
func firstCell(str string) (cell, string) {
	if str != "" && str[0] >= 0x20 && str[0] < 0x7f && (len(str) == 1 || str[1] < utf8.RuneSelf) {
		return cell{str: str[:1], width: 1}, str[1:]
	}
	rest, width, state := str, 0, -1
	for width == 0 && rest != "" {
		var cluster string
		cluster, rest, width, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if r, _ := utf8.DecodeRuneInString(cluster); unicode.IsControl(r) {
			str = rest
		}
	}
	if width == 0 {
		return cell{str: " ", width: 1}, rest
	}
	return cell{str: str[:len(str)-len(rest)], width: width}, rest
}

// keepNone replaces ColorNone, which stands for the colour that is there.
func keepNone(style, there tcell.Style) tcell.Style {
	fg, bg, _ := style.Decompose()
	thereFg, thereBg, _ := there.Decompose()
	if fg == tcell.ColorNone {
		style = style.Foreground(thereFg)
	}
	if bg == tcell.ColorNone {
		style = style.Background(thereBg)
	}
	return style
}

// PutStr writes str in the default style, cut at the edge of the screen.
func (d *DiffScreen) PutStr(x, y int, str string) {
	d.PutStrStyled(x, y, str, tcell.StyleDefault)
}

// PutStrStyled writes str, cut at the edge of the screen.
func (d *DiffScreen) PutStrStyled(x, y int, str string, style tcell.Style) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for str != "" {
		rest, w := d.put(x, y, str, style)
		if w == 0 {
			return
		}
		str, x = rest, x+w
	}
}

// SetCell is an old form of Put.
func (d *DiffScreen) SetCell(x, y int, style tcell.Style, ch ...rune) {
	d.Put(x, y, string(ch), style)
}

// SetContent is an old form of Put.
func (d *DiffScreen) SetContent(x, y int, primary rune, combining []rune, style tcell.Style) {
	if len(combining) == 0 && primary >= 0x20 && primary < 0x7f {
		d.Put(x, y, ascii[primary:][:1], style)
		return
	}
	d.Put(x, y, string(append([]rune{primary}, combining...)), style)
}

// ascii holds each ASCII character at its own index, to slice without a copy.
var ascii = func() string {
	b := make([]byte, 0x80)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}()

// Get returns what the next Show shows in a cell.
func (d *DiffScreen) Get(x, y int) (string, tcell.Style, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if x < 0 || y < 0 || x >= d.w || y >= d.h {
		return "", tcell.StyleDefault, 0
	}
	c := d.next[y*d.w+x]
	if c.width == 0 {
		return " ", c.style, 1
	}
	return c.str, c.style, c.width
}

// GetContent is an old form of Get.
func (d *DiffScreen) GetContent(x, y int) (rune, []rune, tcell.Style, int) {
	s, style, width := d.Get(x, y)
	runes := []rune(s)
	if len(runes) == 0 {
		return 0, nil, style, width
	}
	if len(runes) == 1 {
		return runes[0], nil, style, width
	}
	return runes[0], runes[1:], style, width
}

// ShowCursor places the cursor at the next Show; -1, -1 hides it.
func (d *DiffScreen) ShowCursor(x, y int) {
	d.mu.Lock()
	d.changed = d.changed || d.cursor != cursor{x, y}
	d.cursor = cursor{x, y}
	d.mu.Unlock()
	d.Screen.ShowCursor(x, y)
}

// HideCursor hides the cursor at the next Show.
func (d *DiffScreen) HideCursor() { d.ShowCursor(-1, -1) }

// SetCursorStyle sets the form of the cursor.
func (d *DiffScreen) SetCursorStyle(style tcell.CursorStyle, colors ...tcell.Color) {
	d.mu.Lock()
	d.changed = true
	d.mu.Unlock()
	d.Screen.SetCursorStyle(style, colors...)
}

// SetStyle sets what tcell.StyleDefault stands for.
func (d *DiffScreen) SetStyle(style tcell.Style) {
	d.Screen.SetStyle(style)
	d.forget()
}

// Show passes on the cells that changed. Where none did, it writes nothing.
func (d *DiffScreen) Show() {
	if d.pass() {
		d.Screen.Show()
	}
}

// Sync sends the whole screen again, for a terminal that something else wrote
// to.
func (d *DiffScreen) Sync() {
	d.pass()
	d.Screen.Sync()
}

// pass writes the changed cells to the wrapped screen and reports whether there
// is anything to show.
func (d *DiffScreen) pass() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fit()
	changed := d.changed
	d.changed = false
	for i := range d.next {
		c := &d.next[i]
		if *c == d.sent[i] {
			continue
		}
		changed = true
		str := c.str
		if c.width == 0 {
			str = " "
		}
		d.Screen.Put(i%d.w, i/d.w, str, c.style)
		d.sent[i] = *c
	}
	return changed
}

// PollEvent waits for an event.
func (d *DiffScreen) PollEvent() tcell.Event { return d.watch(d.Screen.PollEvent()) }

// ChannelEvents passes events on until quit is closed or the screen ends.
func (d *DiffScreen) ChannelEvents(ch chan<- tcell.Event, quit <-chan struct{}) {
	defer close(ch)
	inner := make(chan tcell.Event)
	go d.Screen.ChannelEvents(inner, quit)
	for ev := range inner {
		select {
		case ch <- d.watch(ev):
		case <-quit:
			return
		}
	}
}

// watch forgets what was sent at a resize: between two Shows the size may have
// changed and changed back, with cells lost on the way.
func (d *DiffScreen) watch(ev tcell.Event) tcell.Event {
	if _, ok := ev.(*tcell.EventResize); ok {
		d.forget()
	}
	return ev
}

// Resume takes the terminal back after Suspend.
func (d *DiffScreen) Resume() error {
	err := d.Screen.Resume()
	d.forget()
	return err
}

// LockRegion keeps the cells of a region from being drawn, or frees them.
func (d *DiffScreen) LockRegion(x, y, width, height int, lock bool) {
	d.Screen.LockRegion(x, y, width, height, lock)
	if !lock {
		d.forget()
	}
}
