package terminal

import (
	"fmt"
	"strings"

	"github.com/gdamore/tcell/v2"
)

// Theme is the styles of the screen by role. Foreground and background of plain
// text are always the terminal's own.
type Theme struct {
	Name string // dark, light, neutral or mono

	Error, Warning, Info, Good, Dim, Text tcell.Style // severities and plain text
	Heading, Match, Focus, Message        tcell.Style // parts of a screen
	Key, Code, String, Number, Literal    tcell.Style // tokens of a body or header
	Escape                                tcell.Style // bytes made visible
	Status                                [6]tcell.Style

	selected tcell.Style
	reverse  bool
}

// palette is the colours of a theme; tcell.ColorDefault leaves the terminal's.
type palette struct {
	err, warning, info, good, dim tcell.Color
	key, str, number              tcell.Color
	selected                      tcell.Color // background; default: reverse video
}

// The 256-colour indexes are chosen so that error, warning, info and plain text
// keep a contrast of 4.5 and stay apart under protan, deutan and tritan vision.
var palettes = map[string]palette{
	"dark": {
		err: 203, warning: 214, info: 75, good: 114, dim: 246,
		key: 110, str: 150, number: 180, selected: 238,
	},
	"light": {
		err: 126, warning: 94, info: 26, good: 22, dim: 241,
		key: 25, str: 22, number: 90, selected: 254,
	},
	"neutral": {err: 163, warning: 130, info: 63, good: 28, dim: 243, key: 63, str: 28, number: 130},
}

// ansi holds for any background with 8 or 16 colours: no yellow, which cannot be
// read on white, and no dim grey, which 8 colours do not have.
var ansi = palette{
	err: 1, warning: 5, info: 6, good: 2, key: 6, str: 2, number: 5,
}

// ThemeNames lists the themes in the order in which a key cycles through them.
var ThemeNames = []string{"dark", "light", "neutral", "mono"}

// NewTheme returns the theme with that name for a terminal with that many
// colours. Below 8 colours every theme is mono; below 256 the palette is one of
// ANSI colours. An unknown name is an error that lists the known ones.
func NewTheme(name string, colors int) (*Theme, error) {
	p, ok := palettes[name]
	switch {
	case name != "mono" && !ok:
		return nil, fmt.Errorf("unknown theme %q: use one of %s", name, strings.Join(ThemeNames, ", "))
	case name == "mono" || colors < 8:
		return mono(), nil
	case colors < 256:
		dim, selected := tcell.StyleDefault.Dim(true), tcell.StyleDefault.Reverse(true)
		return coloured(name, ansi, dim, selected), nil
	}
	selected := tcell.StyleDefault.Reverse(true)
	if p.selected != tcell.ColorDefault {
		selected = tcell.StyleDefault.Background(tcell.PaletteColor(int(p.selected)))
	}
	return coloured(name, p, fg(p.dim), selected), nil
}

func fg(index tcell.Color) tcell.Style {
	return tcell.StyleDefault.Foreground(tcell.PaletteColor(int(index)))
}

func coloured(name string, p palette, dim, selected tcell.Style) *Theme {
	bold := tcell.StyleDefault.Bold(true)
	t := &Theme{
		Name:  name,
		Error: fg(p.err).Bold(true), Warning: fg(p.warning), Info: fg(p.info), Good: fg(p.good), Dim: dim,
		Heading: bold, Match: tcell.StyleDefault.Reverse(true), Focus: bold, Message: bold,
		Key: fg(p.key), Code: fg(p.info), String: fg(p.str), Number: fg(p.number), Literal: fg(p.number).Bold(true),
		Escape:   fg(p.warning).Bold(true),
		selected: selected,
	}
	_, bg, _ := selected.Decompose()
	t.reverse = bg == tcell.ColorDefault
	t.Status = [6]tcell.Style{t.Error, t.Dim, t.Good, t.Info, t.Warning, t.Error}
	return t
}

// mono has no colour at all: NO_COLOR, TERM=dumb, fewer than 8 colours.
func mono() *Theme {
	plain, bold := tcell.StyleDefault, tcell.StyleDefault.Bold(true)
	t := &Theme{
		Name:  "mono",
		Error: bold.Underline(true), Warning: bold, Info: plain, Good: plain, Dim: plain.Dim(true),
		Heading: bold, Match: plain.Reverse(true), Focus: bold, Message: bold,
		Key: plain, Code: bold, String: plain, Number: plain, Literal: plain,
		Escape:   bold.Underline(true),
		selected: plain.Reverse(true), reverse: true,
	}
	t.Status = [6]tcell.Style{t.Error, t.Dim, plain, plain, bold, t.Error}
	return t
}

// StatusClass returns the style of a status code; 0 (no response) and codes
// outside 100 to 599 get that of an error.
func (t *Theme) StatusClass(code int) tcell.Style {
	if code < 100 || code > 599 {
		return t.Status[0]
	}
	return t.Status[code/100]
}

// Severity returns the style of "error", "warning", "info" or "good"; plain text
// for anything else.
func (t *Theme) Severity(s string) tcell.Style {
	switch s {
	case "error":
		return t.Error
	case "warning":
		return t.Warning
	case "info":
		return t.Info
	case "good":
		return t.Good
	}
	return t.Text
}

// Selected returns style as it is in the selected row: on the background of the
// selection, or in reverse video without colour, which would be unreadable.
func (t *Theme) Selected(style tcell.Style) tcell.Style {
	_, _, attr := style.Decompose()
	if t.reverse {
		return t.selected.Bold(attr&tcell.AttrBold != 0)
	}
	_, bg, _ := t.selected.Decompose()
	return style.Background(bg)
}
