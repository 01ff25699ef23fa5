package terminal

import (
	"os"

	"github.com/gdamore/tcell/v2"
)

// Open opens the terminal's screen, initialised, and chooses its theme: name is
// that of a flag or the configuration, "" or "auto" for none. An unknown name is
// an error before anything is opened. End the screen with Fini.
func Open(name string) (*DiffScreen, *Theme, error) {
	name = ChooseTheme(name, os.Getenv, Background)
	if _, err := NewTheme(name, 256); err != nil {
		return nil, nil, err
	}
	AllowColor(name)
	inner, err := tcell.NewScreen()
	if err != nil {
		return nil, nil, err
	}
	screen := NewDiffScreen(inner)
	if err := screen.Init(); err != nil {
		return nil, nil, err
	}
	theme, err := NewTheme(name, screen.Colors())
	return screen, theme, err
}
