package ui

import (
	"strings"
	"unicode"

	"github.com/gdamore/tcell/v2"
)

// action names what a key does. The names are stable: a later key file
// overrides bindings by them.
type action string

// place is a set of the contexts in which a binding holds.
type place uint16

// The contexts. Exactly one of them is current at any time.
const (
	inList place = 1 << iota
	inProblems
	inCodes
	inSetup
	inExchange // the tabs Why, Timing and TLS
	inText     // the tabs Request, Response and Body
	inToken    // the tab JWT
	inHelp
	inInput // a line that takes text
	inMenu  // a menu that waits for one letter

	inViews     = inList | inProblems | inCodes | inSetup
	inDetail    = inExchange | inText | inToken
	inScreens   = inViews | inDetail
	inEverySpot = inScreens | inHelp
)

// binding is one line of the key table, from which the handler, the hint line
// and the help all come.
type binding struct {
	Action action
	Keys   []string
	In     place
	Group  string // heading in the help
	Help   string // what it does, for the help
	Hint   string // a word or two for the hint line, "" if it is not hinted at
}

// bindings is the key table. The help keeps its order.
var bindings = []binding{
	{"down", []string{"j", "Down"}, inEverySpot, "MOVE", "down", ""},
	{"up", []string{"k", "Up"}, inEverySpot, "MOVE", "up", ""},
	{"first", []string{"g", "Home"}, inEverySpot, "MOVE", "first row or line", ""},
	{"last", []string{"G", "End"}, inEverySpot, "MOVE", "last; in the list also follows again", ""},
	{"page-down", []string{"PgDn", "Space", "Ctrl+F"}, inEverySpot, "MOVE", "page down", ""},
	{"page-up", []string{"PgUp", "Ctrl+B"}, inEverySpot, "MOVE", "page up", ""},
	{"half-down", []string{"Ctrl+D"}, inEverySpot, "MOVE", "half a page down", ""},
	{"half-up", []string{"Ctrl+U"}, inEverySpot, "MOVE", "half a page up", ""},

	{"open", []string{"Enter"}, inViews &^ inSetup, "MOVE", "open, or list the exchanges of the line", "open"},
	{"copy-menu", []string{"Enter"}, inSetup, "TAKE AWAY", "copy the lines for this client", ""},
	{"open", []string{"l", "Right"}, inList, "MOVE", "open", ""},
	{"jump", []string{"Enter"}, inExchange, "READ", "go to the source of the next piece of evidence", ""},
	{"left", []string{"h", "Left"}, inScreens &^ inList, "MOVE", "left", ""},
	{"right", []string{"l", "Right"}, inScreens &^ inList, "MOVE", "right", ""},
	{"pane-next", []string{"Tab"}, inScreens, "MOVE", "next pane", ""},
	{"pane-previous", []string{"Shift+Tab"}, inScreens, "MOVE", "previous pane", ""},
	{"back", []string{"q", "Backspace", "Esc"}, inDetail | inHelp, "MOVE", "back", "back"},
	{"back", []string{"q", "Backspace", "Esc"}, inViews, "MOVE", "back: search, filter, view", ""},
	{"next-exchange", []string{"J"}, inList, "MOVE", "next exchange", ""},
	{"next-exchange", []string{"J"}, inDetail, "MOVE", "next exchange, same tab", "next/prev"},
	{"previous-exchange", []string{"K"}, inList | inDetail, "MOVE", "previous exchange, same tab", ""},
	{"tab-next", []string{"]"}, inList, "READ", "next tab of the pane beside", ""},
	{"tab-next", []string{"]"}, inDetail, "READ", "next tab", "tab"},
	{"tab-previous", []string{"["}, inList | inDetail, "READ", "previous tab", ""},

	{"view-list", []string{"1"}, inEverySpot, "VIEWS", "the list", ""},
	{"view-problems", []string{"2"}, inEverySpot, "VIEWS", "problems, grouped by cause", ""},
	{"view-codes", []string{"5"}, inEverySpot, "VIEWS", "status codes explained", ""},
	{"view-setup", []string{"6"}, inEverySpot, "VIEWS", "how to send traffic here", ""},

	{"search", []string{"/"}, inList, "FIND", "filter as you type", "filter"},
	{"search", []string{"/"}, inProblems | inSetup, "FIND", "filter the list", ""},
	{"search", []string{"/"}, inDetail | inCodes, "FIND", "search here", "search"},
	{"match-next", []string{"n"}, inText | inToken, "FIND", "next match", ""},
	{"match-previous", []string{"N"}, inText | inToken, "FIND", "previous match", ""},
	{"problems-only", []string{"!"}, inList, "FIND", "problems only, on or off", "problems"},
	{"problem-next", []string{"e"}, inList | inDetail, "FIND", "next problem", "next"},
	{"problem-previous", []string{"E"}, inList | inDetail, "FIND", "previous problem", ""},
	{"filter-by", []string{"f"}, inList | inDetail, "FIND", "filter by a value of this exchange", "filter by"},
	{"mark", []string{"m"}, inList | inDetail, "FIND", "mark", ""},
	{"marked-only", []string{"M"}, inList, "FIND", "only marked, on or off", ""},
	{"order", []string{"o"}, inList, "FIND", "order by time, code, duration, size, host", ""},
	{"order-reverse", []string{"O"}, inList, "FIND", "reverse the order", ""},
	{"undo", []string{"u"}, inList, "FIND", "undo the last change of the view", ""},
	{"redo", []string{"Ctrl+R"}, inList, "FIND", "redo it", ""},
	{"clear", []string{"z"}, inList, "FIND", "hide what is listed now (u brings it back)", ""},
	{"follow", []string{"F"}, inList, "FIND", "follow new exchanges, on or off", ""},

	{"body-mode", []string{"b"}, inText, "READ", "body: pretty, raw, hex", "mode"},
	{"body-mode", []string{"b"}, inExchange | inToken, "READ", "to the body", ""},
	{"wrap", []string{"w"}, inText | inToken, "READ", "wrap long lines", "wrap"},
	{"pager", []string{"v"}, inText, "READ", "open in $PAGER", "$PAGER"},
	{"save", []string{"s"}, inText, "READ", "save the body to a file", "save"},
	{"reveal", []string{"r"}, inText | inToken, "READ", "reveal masked secrets of this exchange", "reveal"},
	{"about-code", []string{"i"}, inList | inDetail, "READ", "about this status code", "about code"},
	{"time", []string{"t"}, inList, "READ", "time: clock, since start, since previous", ""},

	{"copy-menu", []string{"y"}, inScreens, "TAKE AWAY", "copy a part, or a numbered block", "copy"},
	{"copy-curl", []string{"c"}, inList | inDetail, "TAKE AWAY", "copy as curl, secrets masked", "curl"},
	{"copy-screen", []string{"Y"}, inEverySpot, "TAKE AWAY", "copy the screen as text", ""},

	{"layout", []string{"|"}, inList, "SCREEN", "pane beside or below the list, on or off", ""},
	{"hints", []string{"H"}, inEverySpot, "SCREEN", "hint line, on or off", ""},
	{"theme", []string{"T"}, inEverySpot, "SCREEN", "next theme", ""},
	{"redraw", []string{"Ctrl+L"}, inEverySpot | inInput | inMenu, "SCREEN", "redraw", ""},
	{"suspend", []string{"Ctrl+Z"}, inEverySpot | inInput | inMenu, "SCREEN", "suspend to the shell", ""},
	{"help", []string{"?", "F1"}, inEverySpot, "SCREEN", "keys", ""},
	{"quit", []string{"Q", "Ctrl+C"}, inEverySpot, "SCREEN", "quit", ""},

	{"input-keep", []string{"Enter"}, inInput, "IN AN INPUT", "keep the text", "keep"},
	{"input-cancel", []string{"Esc", "Ctrl+C"}, inInput, "IN AN INPUT", "restore what was there before", "cancel"},
	{"input-down", []string{"Down"}, inInput, "IN AN INPUT", "move in the list while typing", ""},
	{"input-up", []string{"Up"}, inInput, "IN AN INPUT", "move in the list while typing", ""},
	{"input-left", []string{"Left"}, inInput, "IN AN INPUT", "one character left", ""},
	{"input-right", []string{"Right"}, inInput, "IN AN INPUT", "one character right", ""},
	{"input-start", []string{"Home", "Ctrl+A"}, inInput, "IN AN INPUT", "to the start", ""},
	{"input-end", []string{"End", "Ctrl+E"}, inInput, "IN AN INPUT", "to the end", ""},
	{"input-erase", []string{"Backspace"}, inInput, "IN AN INPUT", "delete the character before", ""},
	{"input-delete", []string{"Delete"}, inInput, "IN AN INPUT", "delete the character under the cursor", ""},
	{"input-word", []string{"Ctrl+W"}, inInput, "IN AN INPUT", "delete the word before", ""},
	{"input-clear", []string{"Ctrl+U"}, inInput, "IN AN INPUT", "delete the line", "clear"},
	{"input-previous", []string{"Ctrl+P"}, inInput, "IN AN INPUT", "earlier input", ""},
	{"input-next", []string{"Ctrl+N"}, inInput, "IN AN INPUT", "later input", ""},

	{"menu-cancel", []string{"Esc", "q", "Ctrl+C"}, inMenu, "IN A MENU", "close the menu", "close"},
}

// bound finds the binding of a key in a context, nil if there is none.
func bound(key string, in place) *binding {
	for i := range bindings {
		b := &bindings[i]
		if b.In&in == 0 {
			continue
		}
		for _, k := range b.Keys {
			if k == key {
				return b
			}
		}
	}
	return nil
}

// keyNames are the names of keys that are no characters.
var keyNames = map[tcell.Key]string{
	tcell.KeyEnter: "Enter", tcell.KeyEscape: "Esc", tcell.KeyTab: "Tab", tcell.KeyBacktab: "Shift+Tab",
	tcell.KeyBackspace: "Backspace", tcell.KeyBackspace2: "Backspace", tcell.KeyDelete: "Delete",
	tcell.KeyUp: "Up", tcell.KeyDown: "Down", tcell.KeyLeft: "Left", tcell.KeyRight: "Right",
	tcell.KeyHome: "Home", tcell.KeyEnd: "End", tcell.KeyPgUp: "PgUp", tcell.KeyPgDn: "PgDn", tcell.KeyF1: "F1",
}

// keyName is the name of a key as the table, help and messages spell it.
func keyName(e *tcell.EventKey) string {
	if e.Key() == tcell.KeyRune {
		switch r := e.Rune(); {
		case e.Modifiers()&tcell.ModAlt != 0:
			return "Alt+" + string(r)
		case r == ' ':
			return "Space"
		case !unicode.IsPrint(r):
			return "that key"
		default:
			return string(r)
		}
	}
	if name, ok := keyNames[e.Key()]; ok {
		return name
	}
	// tcell calls them "Ctrl-D".
	if name, ok := tcell.KeyNames[e.Key()]; ok {
		return strings.Replace(name, "Ctrl-", "Ctrl+", 1)
	}
	return "that key"
}
