package ui

import (
	"testing"

	"github.com/gdamore/tcell/v2"
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
}
