package ui

import (
	"context"
	"slices"

	"github.com/gdamore/tcell/v2"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/pager"
	"httpwhy/ui/text"
)

// tab names a tab of the exchange view.
type tab string

// The tabs in their order. TLS and JWT are there only where they have content.
const (
	tabWhy      tab = "Why"
	tabRequest  tab = "Request"
	tabResponse tab = "Response"
	tabBody     tab = "Body"
	tabTiming   tab = "Timing"
	tabTLS      tab = "TLS"
	tabJWT      tab = "JWT"
)

// exchangeView shows one exchange: beside the list, or on the whole screen.
type exchangeView struct {
	s      *screen
	detail *detail
	wanted exchange.ID
	// stale: the exchange changed since detail was read.
	stale bool
	// reads counts the reads: one that took long must not replace a later one.
	reads  int
	tab    tab
	pager  *pager.Pager
	body   *bodyPane
	page   *page
	shown  pageKey
	reveal exchange.ID // the exchange whose secrets are shown
	jumped int         // evidence that Enter went to last, -1 for none
	back   exchange.ID // the exchange whose evidence Enter followed, 0 for none
	search string      // to look for when the page is composed
	// meaning says what the status code of an exchange means.
	meaning func(*exchange.Exchange) string
}

// pageKey is what a page was composed for; it is composed anew when this
// changes.
type pageKey struct {
	detail *detail
	tab    tab
	width  int
	height int
	theme  string
	reveal bool
}

func newExchangeView(s *screen) *exchangeView {
	v := &exchangeView{s: s, tab: tabWhy, jumped: -1, meaning: meaning}
	v.pager = pager.New(s.look.Theme, s.look.signs).SetWrap(true)
	v.pager.SetNotifyFunc(s.nudge)
	v.body = newBodyPane(s)
	return v
}

func (v *exchangeView) setTheme() {
	v.pager.SetTheme(v.s.look.Theme)
	v.body.setTheme()
}

func (v *exchangeView) close() {
	v.pager.Close()
	v.body.close()
}

// changed says that an exchange, if it is the one shown, has to be read again.
func (v *exchangeView) changed(id exchange.ID) {
	if id == v.wanted {
		v.stale = true
	}
}

// show makes id the exchange to show, and reads it if need be. It may be called
// while drawing.
func (v *exchangeView) show(id exchange.ID) {
	if id == 0 {
		v.detail, v.wanted = nil, 0
		return
	}
	if id == v.wanted && !v.stale {
		return
	}
	if id != v.wanted {
		v.reveal = 0
	}
	v.wanted, v.stale = id, false
	v.reads++
	source, read := v.s.options.Source, v.reads
	v.s.quickly(func(ctx context.Context) func() {
		d := loadDetail(ctx, source, id)
		return func() {
			if v.reads == read {
				v.detail = d
			}
		}
	})
}

// current is the detail of the wanted exchange, nil while it is being read.
func (v *exchangeView) current() *detail {
	if v.detail == nil || v.detail.id != v.wanted {
		return nil
	}
	return v.detail
}

// tabs are the tabs that this exchange has.
func (v *exchangeView) tabs() []tab {
	tabs := []tab{tabWhy, tabRequest, tabResponse, tabBody, tabTiming}
	d := v.current()
	if d == nil || d.x == nil {
		return tabs
	}
	if d.x.Client.TLS != nil || d.x.Server.TLS != nil {
		tabs = append(tabs, tabTLS)
	}
	if len(content.FindJWT(d.x.Request.Header)) > 0 {
		tabs = append(tabs, tabJWT)
	}
	return tabs
}

// currentTab is the chosen tab, or Why where this exchange lacks it.
func (v *exchangeView) currentTab() tab {
	if slices.Contains(v.tabs(), v.tab) {
		return v.tab
	}
	return tabWhy
}

// switchTab goes step tabs on, round at the ends.
func (v *exchangeView) switchTab(step int) {
	tabs := v.tabs()
	i := slices.Index(tabs, v.currentTab())
	v.tab = tabs[(i+step+len(tabs))%len(tabs)]
	v.jumped = -1
}

func (v *exchangeView) context() place {
	switch v.currentTab() {
	case tabRequest, tabResponse, tabBody:
		return inText
	case tabJWT:
		return inToken
	default:
		return inExchange
	}
}

// text is the pager that shows the current tab.
func (v *exchangeView) text() *pager.Pager {
	if v.currentTab() == tabBody {
		return v.body.pager
	}
	return v.pager
}

// draw draws the tab into a rectangle below the exchange's header.
func (v *exchangeView) draw(screen tcell.Screen, x, y, w, h int) {
	d := v.current()
	if d == nil {
		return
	}
	if d.x == nil {
		text.Styled(" "+text.Visible(d.err.Error()), v.s.look.Error).Draw(screen, x, y, w)
		return
	}
	if v.currentTab() == tabBody {
		v.body.draw(screen, d, x, y, w, h)
		return
	}
	v.compose(d, w, h)
	v.pager.SetRect(x, y, w, h)
	if v.pager.Query() != "" && h > 1 {
		v.pager.SetRect(x, y, w, h-1)
		searchStatus(v.s, v.pager).Draw(screen, x, y+h-1, w)
	}
	v.pager.Draw(screen)
}

// compose makes the page of the current tab if what it shows has changed.
func (v *exchangeView) compose(d *detail, width, height int) {
	key := pageKey{d, v.currentTab(), width, height, v.s.look.Name, v.reveal == d.id}
	if key == v.shown {
		return
	}
	same := v.shown.detail != nil && v.shown.detail.id == d.id && v.shown.tab == key.tab
	top := v.pager.TopLine()
	v.shown = key
	switch l := v.s.look; key.tab {
	case tabRequest:
		v.page = requestPage(d.x, key.reveal, l, width)
	case tabResponse:
		v.page = responsePage(d.x, key.reveal, l, width)
	case tabTiming:
		v.page = timingPage(d.x, l, width)
	case tabTLS:
		v.page = tlsPage(d.x, l, width)
	case tabJWT:
		v.page = tokenPage(d.x, key.reveal, l, width)
	default:
		v.page = whyPage(d, v.meaning(d.x), l, width)
		v.page.compact(height)
	}
	query := v.pager.Query()
	v.pager.SetLines(v.page.lines)
	switch {
	case same && top > 1:
		v.pager.GoTo(top)
	case v.search != "":
		v.pager.Search(v.search)
		v.search = ""
	case !same && query != "":
		v.pager.Search("")
	}
}

// jump goes from the verdict to where the next piece of evidence stands.
func (v *exchangeView) jump() {
	d := v.current()
	if d == nil || v.currentTab() != tabWhy || v.page == nil || len(v.page.jumps) == 0 {
		v.s.say("no evidence to go to here")
		return
	}
	v.jumped = (v.jumped + 1) % len(v.page.jumps)
	to := v.page.jumps[v.jumped]
	if to.exchange != 0 && to.exchange != d.id {
		v.s.list.Select(uint64(to.exchange))
		v.show(to.exchange)
	}
	v.tab = tabOf(to.part)
	if v.tab != tabBody && to.name != "" {
		v.search = to.name
	}
	v.back = d.id
}

// tabOf is the tab that shows a part.
func tabOf(part exchange.Part) tab {
	switch part {
	case exchange.RequestLine, exchange.RequestHeader:
		return tabRequest
	case exchange.RequestBody, exchange.ResponseBody:
		return tabBody
	case exchange.TimingPart:
		return tabTiming
	case exchange.ClientTLSPart, exchange.ServerTLSPart:
		return tabTLS
	default:
		return tabResponse
	}
}

// returnToWhy goes back to the verdict whose evidence was followed.
func (v *exchangeView) returnToWhy() {
	id := v.back
	v.back = 0
	v.pager.Search("")
	v.tab = tabWhy
	if id != v.wanted {
		v.s.list.Select(uint64(id))
		v.show(id)
	}
}
