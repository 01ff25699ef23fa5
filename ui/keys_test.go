package ui

import (
	"slices"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"
)

// contexts are all single contexts.
var contexts = map[string]place{
	"list": inList, "problems": inProblems, "codes": inCodes, "setup": inSetup, "exchange": inExchange,
	"text": inText, "token": inToken, "help": inHelp, "input": inInput, "menu": inMenu,
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	for name, in := range contexts {
		meaning := map[string]action{}
		for _, b := range bindings {
			if b.In&in == 0 {
				continue
			}
			for _, k := range b.Keys {
				if other, taken := meaning[k]; taken {
					t.Errorf("in %s the key %s means both %s and %s", name, k, other, b.Action)
				}
				meaning[k] = b.Action
			}
		}
	}
}

func TestBindingsAreComplete(t *testing.T) {
	for _, b := range bindings {
		if b.Help == "" || b.Group == "" || len(b.Keys) == 0 || b.In == 0 {
			t.Errorf("%+v lacks help, group, keys or a context", b)
		}
		if strings.IndexFunc(b.Help+b.Hint, func(r rune) bool { return r > '~' }) >= 0 {
			t.Errorf("%s: --ascii shows these texts too: %q %q", b.Action, b.Help, b.Hint)
		}
		if b.In&(inInput|inMenu) == 0 && slices.Contains(b.Keys, "Ctrl+H") {
			t.Errorf("%s: Ctrl+H arrives as Backspace in terminals", b.Action)
		}
	}
	for _, in := range contexts {
		if in&(inMenu|inInput) == 0 && bound("?", in) == nil {
			t.Errorf("no help in context %b", in)
		}
	}
}

func TestEveryActionHasAHandler(t *testing.T) {
	s := newScreen(Options{Source: newFakeSource()})
	handlers := s.handlers()
	for _, b := range bindings {
		if handlers[b.Action] == nil {
			t.Errorf("nothing handles %s", b.Action)
		}
	}
	for a := range handlers {
		if !slices.ContainsFunc(bindings, func(b binding) bool { return b.Action == a }) {
			t.Errorf("no key leads to %s", a)
		}
	}
}

func TestKeyName(t *testing.T) {
	for want, e := range map[string]*tcell.EventKey{
		"j":         tcell.NewEventKey(tcell.KeyRune, 'j', 0),
		"Space":     tcell.NewEventKey(tcell.KeyRune, ' ', 0),
		"Alt+x":     tcell.NewEventKey(tcell.KeyRune, 'x', tcell.ModAlt),
		"Ctrl+D":    tcell.NewEventKey(tcell.KeyCtrlD, 0, tcell.ModCtrl),
		"Shift+Tab": tcell.NewEventKey(tcell.KeyBacktab, 0, 0),
		"Backspace": tcell.NewEventKey(tcell.KeyBackspace2, 0, 0),
		"Esc":       tcell.NewEventKey(tcell.KeyEscape, 0, 0),
	} {
		if got := keyName(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEveryHintHasAPlace(t *testing.T) {
	for _, b := range bindings {
		placed := slices.ContainsFunc(hintOrder, func(h struct {
			action action
			keys   string
		},
		) bool {
			return h.action == b.Action
		})
		if b.Hint != "" && !placed {
			t.Errorf("the hint %q of %s has no place in the hint line", b.Hint, b.Action)
		}
	}
}
