package text

import (
	"testing"

	"github.com/gdamore/tcell/v2"
	"pgregory.net/rapid"
)

func newScreen(t interface{ Fatal(...any) }, w, h int) tcell.SimulationScreen {
	s := tcell.NewSimulationScreen("")
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	s.SetSize(w, h)
	s.Fill('.', tcell.StyleDefault)
	return s
}

// row reads back line y as it is on the screen, half of a wide character as "".
func row(s tcell.Screen, y, w int) string {
	out := ""
	for x := 0; x < w; {
		c, _, width := s.Get(x, y)
		out += c
		x += max(width, 1)
	}
	return out
}

func TestDrawFrom(t *testing.T) {
	tests := []struct {
		name       string
		line       Line
		x, w, skip int
		want       string
		cells      int
	}{
		{"inside", Plain("ab"), 1, 5, 0, ".ab.......", 2},
		{"clipped", Plain("abcdef"), 1, 3, 0, ".abc......", 3},
		{"half of a wide character", Plain("日本"), 0, 3, 0, "日 .......", 3},
		{"scrolled into a wide character", Plain("日本x"), 0, 9, 1, " 本x......", 4},
		{"scrolled past the end", Plain("ab"), 0, 9, 5, "..........", 0},
		{"two runs", Line{{Text: "ab"}, {Text: "cd"}}, 0, 3, 1, "bcd.......", 3},
		{"no room", Plain("ab"), 0, 0, 0, "..........", 0},
		{"escape is written out", Plain("a\x1bb"), 0, 9, 0, "a^[b......", 4},
		{"markup is text", Plain("[red]"), 0, 9, 0, "[red].....", 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, 10, 1)
			defer s.Fini()
			if cells := tt.line.DrawFrom(s, tt.x, 0, tt.w, tt.skip); cells != tt.cells {
				t.Errorf("drew %d cells, want %d", cells, tt.cells)
			}
			if got := row(s, 0, 10); got != tt.want {
				t.Errorf("screen %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDrawStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newScreen(t, 40, 1)
		defer s.Fini()
		str := sample().Draw(t, "s")
		x, w := rapid.IntRange(0, 20).Draw(t, "x"), rapid.IntRange(0, 19).Draw(t, "w")
		skip := rapid.IntRange(0, 20).Draw(t, "skip")
		Line{{Text: str}}.DrawFrom(s, x, 0, w, skip)
		for i := range 40 {
			c, _, width := s.Get(i, 0)
			if inside := i >= x && i+width <= x+w; !inside && c != "." && (i < x || i >= x+w || width == 2) {
				t.Fatalf("%q at %d+%d from %d: cell %d holds %q", str, x, w, skip, i, c)
			}
		}
	})
}

func TestSliceEqualsDrawFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Plain(sample().Draw(t, "s"))
		from, n := rapid.IntRange(0, 20).Draw(t, "from"), rapid.IntRange(0, 20).Draw(t, "n")
		a, b := newScreen(t, 20, 1), newScreen(t, 20, 1)
		defer a.Fini()
		defer b.Fini()
		l.DrawFrom(a, 0, 0, n, from)
		l.Slice(from, from+n).Draw(b, 0, 0, n)
		if got, want := row(b, 0, 20), row(a, 0, 20); got != want {
			t.Fatalf("Slice(%d, %d) of %q draws %q, want %q", from, from+n, l.String(), got, want)
		}
	})
}
