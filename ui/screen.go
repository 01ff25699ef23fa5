package ui

import (
	"strings"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/list"
	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

// viewName names a view.
type viewName string

// The views.
const (
	viewList     viewName = "list"
	viewProblems viewName = "problems"
	viewCodes    viewName = "codes"
	viewSetup    viewName = "setup"
)

// The smallest screen that is drawn, and the sizes at which more is.
const (
	minWidth, minHeight = 60, 15
	peekWidth           = 80
	peekHeight          = 20
	wideWidth           = 140
)

// screen is the root primitive and the only one that has the focus: it draws
// the panes and dispatches the keys through the key table. A layout made in
// Draw and a focus that never moves cannot deadlock or get lost on a resize.
type screen struct {
	*tview.Box
	runner
	options   Options
	terminal  tcell.Screen
	clipboard *terminal.Clipboard
	look      look

	model    *listModel
	list     *list.List
	hops     *hops
	problems *problemsView
	codes    *codesView
	setup    *setupView
	exchange *exchangeView
	help     *helpView

	view view
	// open: the exchange fills the screen. beside: it has the focus in the pane
	// beside the list.
	open, beside bool
	noPane       bool // the user turned the peek and the side pane off
	noHints      bool
	times        timeMode

	input    *input
	filters  []string // the history of filters
	searches []string // and of searches in texts
	menu     *menu

	loaded, loading bool
	recorder        Recorder
	recorderTime    time.Duration
	stoppedNote     string // "" unless the recorder was seen to end
	now             func() time.Time
	setupMoved      bool // the user moved in Set-up: it does not leave by itself
	message         string
	messageNumber   int
	event           *tcell.EventKey // the key being handled
	actions         map[action]func()
	width, height   int
}

// view is the current view and the one to go back to.
type view struct{ name, before viewName }

func newScreen(o Options) *screen {
	o.fill()
	s := &screen{Box: tview.NewBox(), options: o, now: time.Now, recorderTime: recorderTime, view: view{name: viewList, before: viewList}}
	s.SetBackgroundColor(tcell.ColorDefault)
	theme, _ := terminal.NewTheme("mono", 1)
	s.look = look{theme, terminal.NewGlyphs(o.ASCII)}
	s.model = newListModel()
	s.hops = newHops(s)
	s.list = list.New(&listRows{s}, s.look.Theme, s.look.signs)
	s.list.SetHeader(func(width int) text.Line { return s.columns(width).header(s.look) })
	s.list.SetOpenFunc(func(uint64) { s.openExchange() })
	s.exchange = newExchangeView(s)
	s.problems = newProblemsView(s)
	s.codes = newCodesView(s)
	s.setup = newSetupView(s)
	s.help = newHelpView(s)
	s.actions = s.handlers()
	if o.Live && len(o.Clients) > 0 {
		s.view.name = viewSetup
	}
	return s
}

// setTheme changes the colours of everything.
func (s *screen) setTheme(name string) error {
	colors := 0
	if s.terminal != nil {
		colors = s.terminal.Colors()
	}
	theme, err := terminal.NewTheme(name, colors)
	if err != nil {
		return err
	}
	s.useTheme(theme)
	return nil
}

func (s *screen) useTheme(theme *terminal.Theme) {
	s.look.Theme = theme
	s.list.SetTheme(theme)
	s.exchange.setTheme()
	s.problems.list.SetTheme(theme)
	s.codes.setTheme()
	s.setup.setTheme()
	s.help.pager.SetTheme(theme)
}

// take shows what the feed found.
func (s *screen) take(b batch) {
	if b.err != nil {
		// What was read before stays on the screen.
		s.say("The capture cannot be read: " + b.err.Error())
		return
	}
	s.model.apply(b)
	s.loaded, s.loading = true, b.loading
	s.list.Sync()
	s.problems.update()
	if s.view.name == viewSetup && s.model.store.Len() > 0 && !s.setupMoved {
		s.view = view{name: viewList, before: viewList}
	}
	for i := range b.rows {
		s.exchange.changed(b.rows[i].ID)
	}
}

// selected is the exchange under the cursor of the list, 0 if there is none.
func (s *screen) selected() exchange.ID { return exchange.ID(s.list.Selected()) }

// row is the row under the cursor, nil if there is none.
func (s *screen) row() *exchange.Row { return s.model.store.Get(s.selected()) }

// context is where the next key goes.
func (s *screen) context() place {
	switch {
	case s.input != nil:
		return inInput
	case s.menu != nil:
		return inMenu
	case s.help.shown:
		return inHelp
	case s.open || s.beside:
		return s.exchange.context()
	}
	switch s.view.name {
	case viewProblems:
		return inProblems
	case viewCodes:
		return inCodes
	case viewSetup:
		return inSetup
	default:
		return inList
	}
}

// key dispatches a key press. It consumes all of them, Ctrl+C included.
func (s *screen) key(e *tcell.EventKey) *tcell.EventKey {
	s.event = e
	name, in := keyName(e), s.context()
	if in == inMenu && bound(name, in) == nil {
		s.menuKey(name)
		return nil
	}
	if b := bound(name, in); b != nil {
		s.actions[b.Action]()
		return nil
	}
	if in == inInput {
		if e.Key() == tcell.KeyRune {
			s.typed(string(e.Rune()))
		}
		return nil
	}
	s.say("unbound: " + name + "  (? shows keys)")
	return nil
}

// PasteHandler types pasted text into an input and drops it elsewhere: its
// characters would run as commands.
func (s *screen) PasteHandler() func(string, func(tview.Primitive)) {
	return s.WrapPasteHandler(func(pasted string, _ func(tview.Primitive)) {
		if s.input == nil {
			s.say("pasted text needs an input: / opens one")
			return
		}
		s.typed(strings.Join(strings.Fields(pasted), " "))
	})
}

// say shows a message in the last row for a while.
func (s *screen) say(message string) {
	s.message = text.Visible(message)
	s.messageNumber++
	number := s.messageNumber
	s.after(messageTime, func() {
		if s.messageNumber == number {
			s.message = ""
		}
	})
}
