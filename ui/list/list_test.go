package list

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
	"pgregory.net/rapid"

	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

// rows is a model of IDs in any order, read counting what is asked for.
type rows struct {
	ids  []uint64
	read int
}

func (m *rows) Len() int        { return len(m.ids) }
func (m *rows) ID(i int) uint64 { return m.ids[i] }

func (m *rows) IndexOf(id uint64) int { return slices.Index(m.ids, id) }

func (m *rows) Row(i, width int) (text.Run, text.Line) {
	m.read++
	return text.Run{Text: "▲"}, text.Plain(fmt.Sprintf("row %d", m.ids[i]))
}

func upTo(n int) *rows {
	m := &rows{}
	for i := range n {
		m.ids = append(m.ids, uint64(i+1))
	}
	return m
}

func newList(t interface{ Fatal(...any) }, m Model, w, h int) (*List, tcell.SimulationScreen) {
	theme, err := terminal.NewTheme("mono", 256)
	if err != nil {
		t.Fatal(err)
	}
	s := tcell.NewSimulationScreen("")
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	s.SetSize(max(w, 1)+4, max(h, 1)+4)
	l := New(m, theme, terminal.NewGlyphs(false))
	l.SetRect(0, 0, w, h)
	return l, s
}

func draw(l *List, s tcell.Screen) []string {
	s.Fill('.', tcell.StyleDefault)
	l.Draw(s)
	w, h := s.Size()
	var out []string
	for y := range h {
		line := ""
		for x := 0; x < w; {
			c, _, width := s.Get(x, y)
			line += c
			x += max(width, 1)
		}
		out = append(out, line)
	}
	return out
}

// marked returns the rows that begin with the marker.
func marked(lines []string) []string {
	var out []string
	for _, l := range lines {
		if strings.HasPrefix(l, ">") {
			out = append(out, strings.TrimRight(l, " ."))
		}
	}
	return out
}

func press(l *List, keys ...any) {
	for _, k := range keys {
		switch k := k.(type) {
		case rune:
			l.HandleKey(tcell.NewEventKey(tcell.KeyRune, k, tcell.ModNone))
		case tcell.Key:
			l.HandleKey(tcell.NewEventKey(k, 0, tcell.ModNone))
		}
	}
}

func TestKeys(t *testing.T) {
	tests := []struct {
		name string
		keys []any
		want uint64
	}{
		{"follows the newest", nil, 100},
		{"up", []any{'k'}, 99},
		{"up and down", []any{'k', 'k', 'j'}, 99},
		{"first", []any{'g'}, 1},
		{"above the first", []any{'g', 'k'}, 1},
		{"below the last", []any{'g', 'G', 'j'}, 100},
		{"page down", []any{'g', tcell.KeyPgDn}, 9},
		{"space and up", []any{'g', ' ', ' ', tcell.KeyCtrlB}, 9},
		{"half page", []any{'g', tcell.KeyCtrlD}, 5},
		{"half page up", []any{tcell.KeyCtrlU}, 96},
		{"home and end", []any{tcell.KeyHome, tcell.KeyEnd}, 100},
		{"arrows", []any{tcell.KeyUp, tcell.KeyUp, tcell.KeyDown}, 99},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, s := newList(t, upTo(100), 20, 10)
			defer s.Fini()
			l.SetHeader(func(int) text.Line { return text.Plain("Path") })
			draw(l, s)
			press(l, tt.keys...)
			got := marked(draw(l, s))
			if want := fmt.Sprintf(">▲ row %d", tt.want); l.Selected() != tt.want || len(got) != 1 || got[0] != want {
				t.Errorf("selected %d, shown %q, want %q", l.Selected(), got, want)
			}
		})
	}
}

func TestUnknownKeysAreLeft(t *testing.T) {
	l, s := newList(t, upTo(3), 20, 10)
	defer s.Fini()
	for _, ev := range []*tcell.EventKey{
		tcell.NewEventKey(tcell.KeyRune, 'x', tcell.ModNone),
		tcell.NewEventKey(tcell.KeyRune, 'j', tcell.ModAlt),
		tcell.NewEventKey(tcell.KeyTab, 0, tcell.ModNone),
	} {
		if l.HandleKey(ev) {
			t.Errorf("%s is taken", ev.Name())
		}
	}
}

func TestSelectionStaysAtItsLineWhenRowsArriveAbove(t *testing.T) {
	m := upTo(50)
	l, s := newList(t, m, 20, 10)
	defer s.Fini()
	press(l, 'k', 'k', 'k')
	before := slices.IndexFunc(draw(l, s), func(s string) bool { return strings.HasPrefix(s, ">") })
	m.ids = append([]uint64{1001, 1002, 1003}, m.ids...)
	lines := draw(l, s)
	if !strings.HasPrefix(lines[before], ">▲ row 47 ") {
		t.Errorf("line %d is %q", before, lines[before])
	}
}

func TestFollow(t *testing.T) {
	m := upTo(5)
	l, s := newList(t, m, 20, 10)
	defer s.Fini()
	var told []string
	l.SetFollowFunc(func(on bool, n int) { told = append(told, fmt.Sprint(on, n)) })
	var changed []uint64
	l.SetChangedFunc(func(id uint64) { changed = append(changed, id) })
	arrive := func(ids ...uint64) { m.ids = append(m.ids, ids...); draw(l, s) }
	draw(l, s)
	arrive(6)
	press(l, 'k')
	arrive(7, 8)
	if l.Selected() != 5 || l.Unseen() != 2 {
		t.Errorf("selected %d, %d unseen, want 5 and 2", l.Selected(), l.Unseen())
	}
	arrive(9)
	press(l, 'j', 'j', 'j', 'j', 'j')
	if l.Following() {
		t.Error("moving down to the last row follows again")
	}
	press(l, 'G')
	arrive(10)
	press(l, 'F')
	arrive(11)
	press(l, 'F')
	if want := "[false 0 false 2 false 3 true 0 false 0 false 1 true 0]"; fmt.Sprint(told) != want {
		t.Errorf("told %v, want %s", told, want)
	}
	if want := "[5 6 5 6 7 8 9 10 11]"; fmt.Sprint(changed) != want {
		t.Errorf("changed %v, want %s", changed, want)
	}
}

func TestNeighbourOfAFilteredRow(t *testing.T) {
	tests := []struct {
		name string
		left []uint64
		want uint64
	}{
		{"the next", []uint64{40, 51, 60}, 51},
		{"the one before", []uint64{48, 90}, 48},
		{"far away by ID", []uint64{2, 3, 90, 95}, 90},
		{"only earlier ones", []uint64{2, 3}, 3},
		{"nothing", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := upTo(100)
			l, s := newList(t, m, 20, 10)
			defer s.Fini()
			l.Select(50)
			draw(l, s)
			m.ids = tt.left
			draw(l, s)
			if l.Selected() != tt.want {
				t.Errorf("selected %d, want %d", l.Selected(), tt.want)
			}
		})
	}
}

func TestMouse(t *testing.T) {
	l, s := newList(t, upTo(100), 20, 10)
	defer s.Fini()
	l.SetHeader(func(int) text.Line { return text.Plain("Path") })
	var opened []uint64
	l.SetOpenFunc(func(id uint64) { opened = append(opened, id) })
	press(l, 'g')
	draw(l, s)
	mouse := func(a tview.MouseAction, y int) bool {
		ok, _ := l.MouseHandler()(a, tcell.NewEventMouse(3, y, tcell.ButtonNone, tcell.ModNone), func(tview.Primitive) {})
		return ok
	}
	mouse(tview.MouseLeftClick, 4)
	if l.Selected() != 4 {
		t.Errorf("a click on the fourth row selects %d", l.Selected())
	}
	mouse(tview.MouseScrollDown, 4)
	mouse(tview.MouseScrollDown, 4)
	mouse(tview.MouseScrollUp, 4)
	if l.Selected() != 7 {
		t.Errorf("the wheel moves to %d, want 7", l.Selected())
	}
	mouse(tview.MouseLeftClick, 0)
	if l.Selected() != 7 {
		t.Errorf("a click on the header selects %d", l.Selected())
	}
	mouse(tview.MouseLeftDoubleClick, 2) // scrolled by one row by now
	press(l, 'l', tcell.KeyEnter)
	if fmt.Sprint(opened) != "[3 3 3]" {
		t.Errorf("opened %v", opened)
	}
	if mouse(tview.MouseLeftClick, 11) {
		t.Error("a click outside is taken")
	}
}

func TestHorizontalScroll(t *testing.T) {
	m := &wideRows{*upTo(3)}
	l, s := newList(t, m, 20, 5)
	defer s.Fini()
	draw(l, s)
	press(l, tcell.KeyRight)
	if got := draw(l, s)[0]; !strings.HasPrefix(got, "   89012345678901234") {
		t.Errorf("after Right: %q", got)
	}
	press(l, tcell.KeyRight, tcell.KeyRight, tcell.KeyRight)
	if got := draw(l, s)[0]; !strings.HasPrefix(got, "   34567890123456789.") {
		t.Errorf("at the right end: %q", got)
	}
	press(l, 'h', 'h', tcell.KeyLeft)
	if got := draw(l, s)[0]; !strings.HasPrefix(got, "   01234567") {
		t.Errorf("back at the left: %q", got)
	}
}

type wideRows struct{ rows }

func (m *wideRows) Row(int, int) (text.Run, text.Line) {
	return text.Run{Text: " "}, text.Plain("0123456789012345678901234567890123456789"[:40])
}

func TestDrawReadsRowsInSightOnly(t *testing.T) {
	m := upTo(100_000)
	l, s := newList(t, m, 160, 48)
	defer s.Fini()
	draw(l, s)
	if m.read != 48 {
		t.Errorf("one draw reads %d rows", m.read)
	}
}

func TestDrawStaysInside(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {0, 5}, {5, 0}, {1, 1}, {2, 3}, {3, 2}, {60, 15}, {80, 24}, {160, 48}} {
		l, s := newList(t, upTo(100), size[0], size[1])
		l.SetHeader(func(int) text.Line { return text.Plain("Path") })
		for y, line := range draw(l, s) {
			cells := []rune(line)
			for x, c := range cells {
				if (x >= size[0] || y >= size[1]) && c != '.' {
					t.Errorf("%v: cell %d, %d holds %q", size, x, y, c)
				}
			}
		}
		s.Fini()
	}
}

// TestSelectionIsStable appends, inserts and filters at random: the selected row
// stays selected and in sight as long as it exists.
func TestSelectionIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, hidden := upTo(rapid.IntRange(0, 30).Draw(t, "rows")), map[uint64]bool{}
		m := &rows{ids: slices.Clone(all.ids)}
		l, s := newList(t, m, rapid.IntRange(4, 30).Draw(t, "w"), rapid.IntRange(1, 12).Draw(t, "h"))
		defer s.Fini()
		next := uint64(1000)
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			draw(l, s)
			before, following := l.Selected(), l.Following()
			switch rapid.SampledFrom([]string{"append", "insert", "filter", "key", "size"}).Draw(t, "step") {
			case "append":
				for range rapid.IntRange(1, 40).Draw(t, "n") {
					next++
					all.ids = append(all.ids, next)
				}
			case "insert":
				next++
				all.ids = slices.Insert(all.ids, rapid.IntRange(0, len(all.ids)).Draw(t, "at"), next)
			case "filter":
				modulo := uint64(rapid.IntRange(1, 4).Draw(t, "modulo"))
				for _, id := range all.ids {
					hidden[id] = id%modulo != 0
				}
			case "key":
				press(l, rapid.SampledFrom([]any{'j', 'k', 'g', 'G', 'F', ' ', tcell.KeyPgUp, tcell.KeyCtrlD}).Draw(t, "key"))
				before, following = l.Selected(), l.Following()
			case "size":
				l.SetRect(0, 0, rapid.IntRange(4, 30).Draw(t, "w"), rapid.IntRange(1, 12).Draw(t, "h"))
			}
			m.ids = slices.DeleteFunc(slices.Clone(all.ids), func(id uint64) bool { return hidden[id] })
			s.SetSize(34, 16)
			seen := marked(draw(l, s))
			switch {
			case len(m.ids) == 0:
				if l.Selected() != 0 || len(seen) != 0 {
					t.Fatalf("selected %d in an empty list", l.Selected())
				}
				continue
			case following:
				if l.Selected() != m.ids[len(m.ids)-1] {
					t.Fatalf("following, but selected %d of %v", l.Selected(), m.ids)
				}
			case slices.Contains(m.ids, before) && l.Selected() != before:
				t.Fatalf("selected %d became %d", before, l.Selected())
			}
			if !slices.Contains(m.ids, l.Selected()) || len(seen) != 1 {
				t.Fatalf("selected %d, in sight %q", l.Selected(), seen)
			}
		}
	})
}
