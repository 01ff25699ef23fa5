package terminal

import (
	"os"
	"strconv"
	"strings"
)

// ChooseTheme returns the name of the theme to use: the one asked for by name
// (a flag or the configuration; "" or "auto" asks for none), else mono under
// NO_COLOR or TERM=dumb, else what COLORFGBG says about the background, else
// what background answers, else neutral. background may be nil; it is called at
// most once, and only where nothing before it decided.
//
// See https://no-color.org for NO_COLOR, which an explicit choice overrides.
func ChooseTheme(name string, getenv func(string) string, background func() (dark, known bool)) string {
	if name != "" && name != "auto" {
		return name
	}
	if getenv("NO_COLOR") != "" || getenv("TERM") == "dumb" {
		return "mono"
	}
	if dark, known := colorfgbg(getenv("COLORFGBG")); known {
		return darkOrLight(dark)
	}
	if background != nil {
		if dark, known := background(); known {
			return darkOrLight(dark)
		}
	}
	return "neutral"
}

func darkOrLight(dark bool) string {
	if dark {
		return "dark"
	}
	return "light"
}

// colorfgbg reads rxvt's variable, "15;0" or "15;default;0": foreground, then
// background as ANSI colour indexes. 7 (light grey) and 9 to 15 are light.
func colorfgbg(v string) (dark, known bool) {
	i := strings.LastIndexByte(v, ';')
	if i < 0 {
		return false, false
	}
	n, err := strconv.Atoi(v[i+1:])
	if err != nil || n < 0 || n > 15 {
		return false, false
	}
	return n < 7 || n == 8, true
}

// AllowColor takes NO_COLOR out of the environment where a theme with colours
// was asked for by name: tcell obeys the variable by itself. Call it before the
// screen opens.
func AllowColor(name string) {
	if _, ok := palettes[name]; ok {
		_ = os.Unsetenv("NO_COLOR")
	}
}
