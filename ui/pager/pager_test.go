package pager

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

func newPager(t testing.TB, w, h int) (*Pager, tcell.SimulationScreen) {
	theme, err := terminal.NewTheme("mono", 256)
	if err != nil {
		t.Fatal(err)
	}
	s := tcell.NewSimulationScreen("")
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	s.SetSize(max(w, 1)+3, max(h, 1)+3)
	p := New(theme, terminal.NewGlyphs(false))
	p.SetRect(0, 0, w, h)
	t.Cleanup(func() { p.Close(); s.Fini() })
	return p, s
}

// wait blocks until the task has ended by itself.
func (t *task) wait() {
	if t.wg != nil {
		t.wg.Wait()
	}
}

// draw returns the lines of the screen; cells that were left alone are dots.
func draw(p *Pager, s tcell.Screen) []string {
	s.Fill('.', tcell.StyleDefault)
	p.Draw(s)
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

// sight returns what is drawn inside the pager, without the space at the right.
func sight(p *Pager, s tcell.Screen) []string {
	w, h := 0, 0
	_, _, w, h = p.GetRect()
	lines := draw(p, s)[:h]
	for i, l := range lines {
		lines[i] = strings.TrimRight(text.Plain(l).Slice(0, w).String(), " ")
	}
	return lines
}

func press(p *Pager, keys ...any) {
	for _, k := range keys {
		switch k := k.(type) {
		case rune:
			p.HandleKey(tcell.NewEventKey(tcell.KeyRune, k, tcell.ModNone))
		case tcell.Key:
			p.HandleKey(tcell.NewEventKey(k, 0, tcell.ModNone))
		}
	}
}

func numbered(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i+1)
	}
	return b.Bytes()
}

func TestKeys(t *testing.T) {
	tests := []struct {
		name   string
		keys   []any
		top    int
		status string
	}{
		{"first", nil, 1, "line 1-10 of 100  7%"},
		{"down", []any{'j', tcell.KeyDown, 'k'}, 2, "line 2-11 of 100  8%"},
		{"page", []any{' ', tcell.KeyPgDn, tcell.KeyCtrlF, tcell.KeyCtrlB}, 19, "line 19-28 of 100  26%"},
		{"half page", []any{tcell.KeyCtrlD, tcell.KeyCtrlD, tcell.KeyCtrlU}, 6, "line 6-15 of 100  13%"},
		{"end", []any{'G'}, 91, "line 91-100 of 100  100%"},
		{"beyond the end", []any{'G', 'j', ' '}, 91, "line 91-100 of 100  100%"},
		{"back to the start", []any{'G', 'g', 'k'}, 1, "line 1-10 of 100  7%"},
		{"home and end", []any{tcell.KeyEnd, tcell.KeyHome}, 1, "line 1-10 of 100  7%"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, s := newPager(t, 30, 10)
			p.SetBytes(numbered(100))
			press(p, tt.keys...)
			lines := sight(p, s)
			if want := fmt.Sprintf("line %d", tt.top); lines[0] != want {
				t.Errorf("top is %q, want %q", lines[0], want)
			}
			if got := p.Status(); got != tt.status {
				t.Errorf("status %q, want %q", got, tt.status)
			}
			if p.TopLine() != tt.top {
				t.Errorf("TopLine %d", p.TopLine())
			}
		})
	}
}

func TestUnknownKeysAreLeft(t *testing.T) {
	p, _ := newPager(t, 30, 10)
	for _, r := range "/xyJK" {
		if p.HandleKey(tcell.NewEventKey(tcell.KeyRune, r, tcell.ModNone)) {
			t.Errorf("%c is taken", r)
		}
	}
}

func TestWhatIsShown(t *testing.T) {
	tests := []struct {
		name string
		in   string
		wrap bool
		want []string
	}{
		{"empty", "", true, nil},
		{"no line feed at the end", "a\nb", true, []string{"a", "b"}},
		{"line feed at the end", "a\n\n", true, []string{"a", ""}},
		{"CRLF", "a\r\nb", true, []string{"a^M", "b"}},
		{"escapes", "\x1b[31m\x00\xff\u202e", true, []string{`^[[31m^@\xFF<U+202E>`}},
		{"wrapped", "abcdefghijklmnopqrstuvwxyz", true, []string{"abcdefghijklmnopqrst", "uvwxyz"}},
		{"not wrapped", "abcdefghijklmnopqrstuvwxyz\nb", false, []string{"abcdefghijklmnopqrst", "b"}},
		{"wide at the edge", "aaaaaaaaaaaaaaaaaaa日本", true, []string{"aaaaaaaaaaaaaaaaaaa", "日本"}},
		{"tabs", "\ta\tb", true, []string{"    a   b"}},
		{"markup", "[red]a[-]", true, []string{"[red]a[-]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, s := newPager(t, 20, 4)
			p.SetBytes([]byte(tt.in)).SetWrap(tt.wrap)
			want := append(append([]string{}, tt.want...), "", "", "", "")[:4]
			if got := sight(p, s); strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("shown %q, want %q", got, want)
			}
		})
	}
}

func TestLineNumbers(t *testing.T) {
	p, s := newPager(t, 16, 4)
	p.SetBytes([]byte("one\ntwo and more\nthree")).SetLineNumbers(true)
	want := []string{"    1 one", "    2 two and mo", "      re", "    3 three"}
	if got := sight(p, s); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("shown %q, want %q", got, want)
	}
}

func TestHorizontalScrollStaysAtTheEnd(t *testing.T) {
	p, s := newPager(t, 10, 3)
	p.SetBytes([]byte(strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz\n", 50))).SetWrap(false)
	draw(p, s)
	press(p, 'l', tcell.KeyRight, 'G')
	if got := sight(p, s)[2]; got != "ghijklmnop" {
		t.Errorf("after l, Right, G: %q", got)
	}
	press(p, 'l', 'l', 'l')
	if got := sight(p, s)[0]; got != "qrstuvwxyz" {
		t.Errorf("at the right end: %q", got)
	}
	press(p, 'h', 'g')
	if got := sight(p, s)[0]; got != "ijklmnopqr" {
		t.Errorf("after h and g: %q", got)
	}
}

func TestWrapKeepsThePlace(t *testing.T) {
	p, s := newPager(t, 10, 5)
	p.SetBytes([]byte(strings.Repeat(strings.Repeat("abcde", 10)+"\n", 40)))
	draw(p, s)
	p.GoTo(20)
	if p.TopLine() != 20 {
		t.Fatalf("GoTo(20) goes to %d", p.TopLine())
	}
	press(p, 'j', 'w')
	if draw(p, s); p.TopLine() != 20 || p.Wrapped() {
		t.Errorf("without wrapping line %d is at the top", p.TopLine())
	}
	p.SetRect(0, 0, 7, 3)
	press(p, 'w')
	if draw(p, s); p.TopLine() != 20 {
		t.Errorf("narrow and wrapped line %d is at the top", p.TopLine())
	}
}

func TestComposedLines(t *testing.T) {
	p, s := newPager(t, 20, 4)
	bold := tcell.StyleDefault.Bold(true)
	p.SetLines([]text.Line{
		{{Text: "VERDICT", Style: bold}},
		{{Text: "  The access token expired before this request."}},
		{},
		text.Plain("end"),
	})
	want := []string{"VERDICT", "  The access token", "  expired before", "  this request."}
	if got := sight(p, s); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("shown %q, want %q", got, want)
	}
	if _, style, _ := s.Get(0, 0); style != bold {
		t.Error("the heading lost its style")
	}
	press(p, 'G')
	want = []string{"  expired before", "  this request.", "", "end"}
	if got := sight(p, s); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("at the end %q, want %q", got, want)
	}
	p.UpdateLines(append(append([]text.Line{}, p.doc.(*linesDocument).all...), text.Plain("more")))
	if got := sight(p, s); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("UpdateLines moves to %q", got)
	}
	press(p, 'g')
	p.Search("token")
	if got := p.MatchStatus(); got != "match 1 of 1" {
		t.Errorf("search: %q", got)
	}
	draw(p, s)
	if _, style, _ := s.Get(13, 1); style == tcell.StyleDefault {
		t.Error("the match looks like plain text")
	}
}

func TestStylerColoursLinesInSight(t *testing.T) {
	p, s := newPager(t, 20, 3)
	bold := tcell.StyleDefault.Bold(true)
	calls := 0
	p.SetBytes([]byte("日 key: value that wraps here\n" + strings.Repeat("x\n", 1000)))
	p.SetStyler(func(line []byte) []Span {
		calls++
		if i := bytes.Index(line, []byte("wraps")); i >= 0 {
			return []Span{{i, i + 5, bold}}
		}
		return nil
	})
	lines := sight(p, s)
	var styled string
	for y, l := range lines {
		for x := range l {
			if c, style, _ := s.Get(x, y); style == bold {
				styled += c
			}
		}
	}
	if styled != "wraps" {
		t.Errorf("styled %q in %q", styled, lines)
	}
	if calls > 3 {
		t.Errorf("%d lines were styled for 3 rows", calls)
	}
}

func TestDrawStaysInside(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {0, 5}, {5, 0}, {1, 1}, {2, 3}, {3, 2}, {60, 15}, {80, 24}, {160, 48}} {
		for _, wrap := range []bool{true, false} {
			p, s := newPager(t, size[0], size[1])
			p.SetBytes([]byte(strings.Repeat("日本語\x1b text\t", 100) + "\n" + strings.Repeat("b\n", 100)))
			p.SetLineNumbers(true).SetWrap(wrap)
			press(p, 'j')
			for y, line := range draw(p, s) {
				x := 0
				for rest := line; rest != ""; {
					c := text.First(rest)
					rest = rest[c.Size:]
					if (x+c.Width > size[0] || y >= size[1]) && c.Text != "." {
						t.Errorf("%v: cell %d, %d holds %q", size, x, y, c.Text)
					}
					x += c.Width
				}
			}
		}
	}
}

func TestWheel(t *testing.T) {
	p, s := newPager(t, 30, 10)
	p.SetBytes(numbered(100))
	draw(p, s)
	mouse := func(a tview.MouseAction) {
		p.MouseHandler()(a, tcell.NewEventMouse(3, 3, tcell.ButtonNone, tcell.ModNone), func(tview.Primitive) {})
	}
	mouse(tview.MouseScrollDown)
	mouse(tview.MouseScrollDown)
	mouse(tview.MouseScrollUp)
	if p.TopLine() != 4 {
		t.Errorf("the wheel goes to line %d", p.TopLine())
	}
}
