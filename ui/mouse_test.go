package ui

import (
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"

	"httpwhy/ui/text"
)

func (x *session) click(at, y int) {
	x.sim.InjectMouse(at, y, tcell.Button1, 0)
	x.sim.InjectMouse(at, y, tcell.ButtonNone, 0)
}

func TestMouse(t *testing.T) {
	x := newSession(t, 80, 24, Options{Mouse: true})
	x.shows("18 of 18")
	x.click(20, 4)
	x.selected("/v1/catalog?page=3")
	x.sim.InjectMouse(20, 4, tcell.WheelDown, 0)
	x.selected("/v1/carts/7")
	x.click(34, 0)
	x.shows("[5 Codes]")
	x.click(9, 0)
	x.shows("[1 List]")
	x.press("Enter")
	x.shows("[Why]")
	x.click(10, 3)
	x.shows("[Request]")
	x.click(2, 23) // q back
	x.shows("18 of 18")
	x.click(14, 23) // / filter
	x.press("status:4", "Enter")
	x.shows("3 of 18")
}

func TestMouseOnHeaders(t *testing.T) {
	x := newSession(t, 80, 24, Options{Mouse: true})
	x.shows("18 of 18")
	x.click(12, 2)
	x.shows("by code")
	x.click(12, 2)
	x.shows("by code, reversed")
	x.click(78, 2)
	x.shows("by ms")
	x.hides("reversed")
	x.click(5, 2) // Method orders nothing
	x.shows("by ms")
}

func TestMouseOnThePaneBeside(t *testing.T) {
	x := newSession(t, 160, 48, Options{Mouse: true})
	x.shows("18 of 18")
	at, y := x.find("Response")
	x.click(at+1, y)
	x.shows("[Response]")
}

// find waits for s and returns the cell at which it first stands.
func (x *session) find(s string) (column, row int) {
	x.t.Helper()
	x.eventually(s, func(screen string) bool {
		for y, line := range strings.Split(screen, "\n") {
			if before, _, found := strings.Cut(line, s); found {
				column, row = text.Width(before), y
				return true
			}
		}
		return false
	})
	return column, row
}
