package terminal_test

import (
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/terminal"
)

func foreground(s tcell.Style) tcell.Color {
	fg, _, _ := s.Decompose()
	return fg
}

func TestPalettes(t *testing.T) {
	tests := []struct {
		name               string
		colors             int
		err, warning, info int // palette index; -1: the terminal's own
	}{
		{"dark", 256, 203, 214, 75},
		{"light", 256, 126, 94, 26},
		{"neutral", 1 << 24, 163, 130, 63},
		{"neutral", 16, 1, 5, 6},
		{"dark", 8, 1, 5, 6},
		{"dark", 2, -1, -1, -1},
		{"mono", 256, -1, -1, -1},
	}
	for _, tt := range tests {
		theme, err := terminal.NewTheme(tt.name, tt.colors)
		if err != nil {
			t.Fatal(err)
		}
		for role, want := range map[string]int{"error": tt.err, "warning": tt.warning, "info": tt.info} {
			colour := tcell.ColorDefault
			if want >= 0 {
				colour = tcell.PaletteColor(want)
			}
			if got := foreground(theme.Severity(role)); got != colour {
				t.Errorf("%s with %d colours: %s is %v, want %v", tt.name, tt.colors, role, got, colour)
			}
		}
		if theme.Text != tcell.StyleDefault {
			t.Errorf("%s: plain text is not the terminal's own", tt.name)
		}
		if _, _, attr := theme.Error.Decompose(); attr&tcell.AttrBold == 0 {
			t.Errorf("%s: an error is not bold", tt.name)
		}
	}
}

func TestUnknownThemeNamesTheKnown(t *testing.T) {
	if _, err := terminal.NewTheme("solarized", 256); err == nil || !strings.Contains(err.Error(), "dark, light, neutral, mono") {
		t.Errorf("error %v", err)
	}
}

func TestSelectedRowIsReverseWithoutABackground(t *testing.T) {
	for name, reverse := range map[string]bool{"dark": false, "light": false, "neutral": true, "mono": true} {
		theme, err := terminal.NewTheme(name, 256)
		if err != nil {
			t.Fatal(err)
		}
		fg, bg, attr := theme.Selected(theme.Error).Decompose()
		if got := attr&tcell.AttrReverse != 0; got != reverse {
			t.Errorf("%s: reverse %v, want %v", name, got, reverse)
		}
		if !reverse && (bg == tcell.ColorDefault || fg != foreground(theme.Error)) {
			t.Errorf("%s: the severity is lost in the selected row", name)
		}
		if attr&tcell.AttrBold == 0 {
			t.Errorf("%s: an error is not bold in the selected row", name)
		}
	}
}

func TestStatusClass(t *testing.T) {
	theme, err := terminal.NewTheme("dark", 256)
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[int]tcell.Style{0: theme.Error, 42: theme.Error, 103: theme.Dim, 204: theme.Good, 301: theme.Info, 404: theme.Warning, 502: theme.Error, 999: theme.Error} {
		if theme.StatusClass(code) != want {
			t.Errorf("the style of %d is wrong", code)
		}
	}
}

func TestChooseTheme(t *testing.T) {
	tests := []struct {
		name        string
		flag        string
		env         map[string]string
		dark, known bool
		want        string
	}{
		{"nothing known", "", nil, false, false, "neutral"},
		{"by name over everything", "dark", map[string]string{"NO_COLOR": "1", "COLORFGBG": "0;15"}, false, true, "dark"},
		{"auto is no choice", "auto", map[string]string{"NO_COLOR": "1"}, false, false, "mono"},
		{"NO_COLOR", "", map[string]string{"NO_COLOR": "1", "COLORFGBG": "0;15"}, true, true, "mono"},
		{"empty NO_COLOR does not count", "", map[string]string{"NO_COLOR": ""}, false, false, "neutral"},
		{"dumb", "", map[string]string{"TERM": "dumb"}, true, true, "mono"},
		{"COLORFGBG light", "", map[string]string{"COLORFGBG": "0;15"}, true, true, "light"},
		{"COLORFGBG dark, three parts", "", map[string]string{"COLORFGBG": "15;default;0"}, false, true, "dark"},
		{"COLORFGBG dark grey", "", map[string]string{"COLORFGBG": "7;8"}, false, false, "dark"},
		{"COLORFGBG unknown", "", map[string]string{"COLORFGBG": "15;default"}, true, true, "dark"},
		{"the terminal says light", "", nil, false, true, "light"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			getenv := func(k string) string { return tt.env[k] }
			if got := terminal.ChooseTheme(tt.flag, getenv, func() (bool, bool) { return tt.dark, tt.known }); got != tt.want {
				t.Errorf("ChooseTheme = %s, want %s", got, tt.want)
			}
		})
	}
	if got := terminal.ChooseTheme("", func(string) string { return "" }, nil); got != "neutral" {
		t.Errorf("without a question: %s", got)
	}
}

func TestGlyphs(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		g := terminal.NewGlyphs(ascii)
		for _, s := range []string{
			g.Error, g.Warning, g.Info, g.InFlight, g.Blank, g.Selected, g.Horizontal, g.Vertical, g.TopLeft, g.TopRight,
			g.BottomLeft, g.BottomRight, g.TeeRight, g.TeeLeft, g.TeeDown, g.TeeUp, g.Cross, g.ArrowRight, g.ArrowLeft,
			g.ArrowDown, g.Ellipsis, g.Dot, g.Recording, g.Focus, g.Check, g.Block, g.HalfBlock,
		} {
			if n := len([]rune(s)); n != 1 || ascii && s[0] >= 0x80 {
				t.Errorf("ascii %v: %q", ascii, s)
			}
		}
	}
	if g := terminal.NewGlyphs(true); g.Severity("error") != "x" || g.Severity("warning") != "!" || g.Severity("good") != " " {
		t.Error("the ASCII signs of the severities changed")
	}
}
