package list_test

import (
	"strconv"
	"testing"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/list"
	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

type million struct{}

func (million) Len() int              { return 1_000_000 }
func (million) ID(i int) uint64       { return uint64(i) + 1 }
func (million) IndexOf(id uint64) int { return int(id) - 1 }

func (million) Row(i, width int) (text.Run, text.Line) {
	return text.Run{Text: " "}, text.Line{{Text: "19:00:00 GET     200  "}, {Text: text.PadRight("/v1/orders/"+strconv.Itoa(i), width-22, "…")}}
}

// BenchmarkKey is one cursor key from the press to what is handed to tcell.
func BenchmarkKey(b *testing.B) {
	sim := tcell.NewSimulationScreen("")
	if err := sim.Init(); err != nil {
		b.Fatal(err)
	}
	sim.SetSize(160, 48)
	screen := terminal.NewDiffScreen(sim)
	theme, err := terminal.NewTheme("dark", 256)
	if err != nil {
		b.Fatal(err)
	}
	l := list.New(million{}, theme, terminal.NewGlyphs(false))
	l.SetRect(0, 0, 160, 48)
	for b.Loop() {
		l.HandleKey(tcell.NewEventKey(tcell.KeyUp, 0, tcell.ModNone))
		screen.Clear()
		l.Draw(screen)
		screen.Show()
	}
}
