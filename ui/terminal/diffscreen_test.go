package terminal_test

import (
	"io"
	"sync"
	"testing"

	"github.com/gdamore/tcell/v2"
	"pgregory.net/rapid"

	"httpwhy/ui/list"
	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

// countingTty is a terminal that only counts what it is sent.
type countingTty struct {
	mu   sync.Mutex
	n    int
	w, h int
	stop chan struct{}
}

func (c *countingTty) Start() error        { c.stop = make(chan struct{}); return nil }
func (c *countingTty) Stop() error         { return nil }
func (c *countingTty) Drain() error        { close(c.stop); return nil }
func (c *countingTty) Close() error        { return nil }
func (c *countingTty) NotifyResize(func()) {}
func (c *countingTty) WindowSize() (tcell.WindowSize, error) {
	return tcell.WindowSize{Width: c.w, Height: c.h}, nil
}

func (c *countingTty) Read([]byte) (int, error) {
	<-c.stop
	return 0, io.EOF
}

func (c *countingTty) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += len(b)
	return len(b), nil
}

func (c *countingTty) take() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.n
	c.n = 0
	return n
}

// numbered is a model of rows that differ.
type numbered int

func (n numbered) Len() int              { return int(n) }
func (n numbered) ID(i int) uint64       { return uint64(i) + 1 }
func (n numbered) IndexOf(id uint64) int { return int(id) - 1 }

func (n numbered) Row(i, width int) (text.Run, text.Line) {
	s := "19:00:00 GET     200  api  /v1/orders/"
	return text.Run{Text: " "}, text.Plain(text.PadRight(s+string(rune('a'+i%26)), width, "…"))
}

func TestOneKeySendsFewBytes(t *testing.T) {
	for _, name := range terminal.ThemeNames {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TERM", "xterm-256color")
			t.Setenv("NO_COLOR", "")
			tty := &countingTty{w: 160, h: 48}
			inner, err := tcell.NewTerminfoScreenFromTty(tty)
			if err != nil {
				t.Fatal(err)
			}
			screen := terminal.NewDiffScreen(inner)
			if err := screen.Init(); err != nil {
				t.Fatal(err)
			}
			defer screen.Fini()
			theme, err := terminal.NewTheme(name, screen.Colors())
			if err != nil {
				t.Fatal(err)
			}
			l := list.New(numbered(1000), theme, terminal.NewGlyphs(false))
			l.SetRect(0, 0, 160, 48)
			draw := func() int {
				screen.Clear()
				l.Draw(screen)
				screen.Show()
				return tty.take()
			}
			l.SelectIndex(5)
			if first := draw(); first < 1000 {
				t.Fatalf("the first screen is %d bytes: nothing was drawn", first)
			}
			if again := draw(); again != 0 {
				t.Errorf("drawing the same again sends %d bytes", again)
			}
			l.HandleKey(tcell.NewEventKey(tcell.KeyRune, 'j', tcell.ModNone))
			key := draw()
			if key == 0 || key > 1000 {
				t.Errorf("one j sends %d bytes, want 1 to 1000", key)
			}
			t.Logf("%d bytes for one j", key)
			screen.Sync()
			if n := tty.take(); n < 5000 {
				t.Errorf("Sync sends %d bytes, want the whole screen", n)
			}
		})
	}
}

func simulation(t interface{ Fatal(...any) }, w, h int) (*terminal.DiffScreen, tcell.SimulationScreen) {
	sim := tcell.NewSimulationScreen("")
	d := terminal.NewDiffScreen(sim)
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	sim.SetSize(w, h)
	return d, sim
}

// shown returns the cells of the wrapped screen, which the next Show of it would
// draw.
func shown(s tcell.Screen) []string {
	w, h := s.Size()
	var cells []string
	for y := range h {
		for x := 0; x < w; {
			c, style, width := s.Get(x, y)
			_, _, attr := style.Decompose()
			cells = append(cells, c+"/"+string(rune('0'+attr)))
			x += max(width, 1)
		}
	}
	return cells
}

// Whatever was on the screen before, a frame must look as on a new screen.
func TestFrameDoesNotDependOnTheOneBefore(t *testing.T) {
	parts := []string{"a", "b", " ", "日", "本", "e\u0301", "👩‍👩‍👧"}
	rapid.Check(t, func(t *rapid.T) {
		d, sim := simulation(t, 8, 3)
		defer d.Fini()
		for range rapid.IntRange(1, 5).Draw(t, "frames") {
			if rapid.IntRange(0, 3).Draw(t, "resize") == 0 {
				sim.SetSize(rapid.IntRange(1, 9).Draw(t, "w"), rapid.IntRange(1, 4).Draw(t, "h"))
			}
			w, h := sim.Size()
			fresh, freshSim := simulation(t, w, h)
			d.Clear()
			fresh.Clear()
			for range rapid.IntRange(0, 12).Draw(t, "writes") {
				x, y := rapid.IntRange(-1, 9).Draw(t, "x"), rapid.IntRange(-1, 4).Draw(t, "y")
				s := rapid.SampledFrom(parts).Draw(t, "s")
				style := tcell.StyleDefault.Bold(rapid.Bool().Draw(t, "bold"))
				d.Put(x, y, s, style)
				fresh.Put(x, y, s, style)
			}
			d.Show()
			fresh.Show()
			got, want := shown(sim), shown(freshSim)
			if len(got) != len(want) {
				t.Fatalf("cells %q, want %q", got, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("cell %d is %q, want %q\n%q", i, got[i], want[i], got)
				}
			}
			fresh.Fini()
		}
	})
}

func TestWideCharactersAreNeverHalved(t *testing.T) {
	tests := []struct {
		name string
		draw func(s tcell.Screen)
		want string
	}{
		{"second half overwritten", func(s tcell.Screen) { s.PutStr(0, 0, "日"); s.PutStr(1, 0, "b") }, " b    "},
		{"first half overwritten", func(s tcell.Screen) { s.PutStr(0, 0, "日"); s.PutStr(0, 0, "b") }, "b     "},
		{"wide over two wide", func(s tcell.Screen) { s.PutStr(0, 0, "日本"); s.PutStr(1, 0, "語") }, " 語   "},
		{"at the edge", func(s tcell.Screen) { s.PutStr(5, 0, "日") }, "      "},
		{"control characters are not sent", func(s tcell.Screen) { s.PutStr(0, 0, "\x1b\u009b[\r\n7") }, "[7    "},
		{"by SetContent", func(s tcell.Screen) { s.SetContent(0, 0, 'e', []rune{'\u0301'}, tcell.StyleDefault) }, "e\u0301     "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, sim := simulation(t, 6, 1)
			defer d.Fini()
			tt.draw(d)
			d.Show()
			for name, s := range map[string]tcell.Screen{"next": d, "shown": sim} {
				got := ""
				for x := 0; x < 6; {
					c, _, w := s.Get(x, 0)
					got += c
					x += w
				}
				if got != tt.want {
					t.Errorf("%s: %q, want %q", name, got, tt.want)
				}
			}
		})
	}
}

func TestCursorAloneIsShown(t *testing.T) {
	d, sim := simulation(t, 6, 2)
	defer d.Fini()
	d.Show()
	d.ShowCursor(3, 1)
	d.Show()
	if x, y, visible := sim.GetCursor(); x != 3 || y != 1 || !visible {
		t.Errorf("cursor at %d, %d, visible %v", x, y, visible)
	}
}

func TestResumeSendsEverythingAgain(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	tty := &countingTty{w: 20, h: 4}
	inner, err := tcell.NewTerminfoScreenFromTty(tty)
	if err != nil {
		t.Fatal(err)
	}
	d := terminal.NewDiffScreen(inner)
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	defer d.Fini()
	d.PutStr(0, 0, "twenty characters...")
	d.Show()
	if err := d.Suspend(); err != nil {
		t.Fatal(err)
	}
	if err := d.Resume(); err != nil {
		t.Fatal(err)
	}
	tty.take()
	d.Show()
	if n := tty.take(); n < 20 {
		t.Errorf("after Resume the screen is %d bytes: it stays empty", n)
	}
}
