package ui

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/gdamore/tcell/v2"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/list"
	"httpwhy/ui/rows"
	"httpwhy/ui/text"
)

// problemGroup is all exchanges with one cause.
type problemGroup struct {
	// rule is the rule's name or, for failures that no rule explained, the kind
	// of failure.
	rule     string
	failure  bool
	severity exchange.Severity
	hits     int
	last     time.Time
	short    string // of the newest one
	where    endpoint
	places   map[endpoint]bool
}

// groupProblems groups the problems among rows by their findings, the gravest
// and most frequent first. An exchange counts once for each of its rules, so
// that a group has as many hits as its filter lists.
// It returns also how many exchanges have one.
func groupProblems(store *rows.Store) (sorted []*problemGroup, exchanges int) {
	groups := map[cause]*problemGroup{}
	store.EachProblem(func(r *exchange.Row) {
		exchanges++
		if len(r.Findings) == 0 {
			addProblem(groups, r, string(r.FailureKind), true, severity(r), reason(r))
			return
		}
		for i := range r.Findings {
			f := &r.Findings[i]
			again := slices.ContainsFunc(r.Findings[:i], func(h exchange.Headline) bool { return h.Rule == f.Rule })
			if !again {
				addProblem(groups, r, f.Rule, false, f.Severity, f.Short)
			}
		}
	})
	for _, g := range groups {
		if g.severity.Rank() >= exchange.SeverityWarning.Rank() {
			sorted = append(sorted, g)
		}
	}
	slices.SortFunc(sorted, func(a, b *problemGroup) int {
		return cmp.Or(cmp.Compare(b.severity.Rank(), a.severity.Rank()), cmp.Compare(b.hits, a.hits), cmp.Compare(a.rule, b.rule))
	})
	return sorted, exchanges
}

// cause tells groups apart: a rule may be called like a kind of failure.
type cause struct {
	rule    string
	failure bool
}

// endpoint is a place where a problem occurs.
type endpoint struct{ method, url string }

func addProblem(groups map[cause]*problemGroup, r *exchange.Row, rule string, failure bool, sev exchange.Severity, short string) {
	g := groups[cause{rule, failure}]
	if g == nil {
		g = &problemGroup{rule: rule, failure: failure, places: map[endpoint]bool{}}
		groups[cause{rule, failure}] = g
	}
	g.hits++
	if sev.Rank() > g.severity.Rank() {
		g.severity = sev
	}
	if !r.Start.Before(g.last) {
		g.last, g.short, g.where = r.Start, short, endpoint{r.Method, r.URL}
	}
	g.places[endpoint{r.Method, r.URL}] = true
}

// id tells groups apart for the list.
func (g *problemGroup) id() uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, g.failure, g.rule)
	return h.Sum64() | 1
}

// filter is the filter expression that lists the group.
func (g *problemGroup) filter() string {
	if g.failure {
		return "failure:=" + g.rule + " -rule:*"
	}
	return "rule:=" + g.rule
}

// problemsView shows the problems grouped by cause.
type problemsView struct {
	s    *screen
	list *list.List
	all  []*problemGroup
	// exchanges is how many exchanges have a problem.
	exchanges int
	dirty     bool
	made      time.Time // when all was made
}

// The groups of a large capture are made anew only so often while they are not
// looked at: the header's count may be that old.
const (
	largeCapture = 20_000
	groupsAge    = 2 * time.Second
)

func newProblemsView(s *screen) *problemsView {
	v := &problemsView{s: s}
	v.list = list.New(v, s.look.Theme, s.look.signs)
	v.list.SetFollow(false)
	v.list.SetHeader(func(width int) text.Line { return v.line(width, "Problem", "Hits", "Last", "Where", s.look.Dim) })
	v.list.SetOpenFunc(func(uint64) { v.open() })
	return v
}

// update says that rows changed. Groups are only made when they are looked at.
func (v *problemsView) update() { v.dirty = true }

func (v *problemsView) current() []*problemGroup {
	looked := v.s.view.name == viewProblems || v.s.model.store.Len() < largeCapture
	if v.dirty && (looked || time.Since(v.made) > groupsAge) {
		v.dirty, v.made = false, time.Now()
		v.all, v.exchanges = groupProblems(v.s.model.store)
	}
	return v.all
}

// groups is the number of groups, for the header.
func (v *problemsView) groups() int { return len(v.current()) }

// Len is part of list.Model.
func (v *problemsView) Len() int { return len(v.current()) }

// ID is part of list.Model.
func (v *problemsView) ID(i int) uint64 { return v.current()[i].id() }

// IndexOf is part of list.Model.
func (v *problemsView) IndexOf(id uint64) int {
	return slices.IndexFunc(v.current(), func(g *problemGroup) bool { return g.id() == id })
}

// Row is part of list.Model.
func (v *problemsView) Row(i, width int) (gutter text.Run, content text.Line) {
	g, l := v.current()[i], v.s.look
	sev := string(g.severity)
	where := v.place(g.where)
	if n := len(g.places) - 1; n > 0 {
		where += fmt.Sprintf(" +%d", n)
	}
	line := v.line(width, g.rule, count(g.hits), span(v.s.now().Sub(g.last)), l.own(where), l.Text)
	line[0].Style = l.Severity(sev)
	return text.Run{Text: l.signs.Severity(sev), Style: l.Severity(sev)}, line
}

// place names an endpoint with the short name of its host.
func (v *problemsView) place(e endpoint) string {
	r := exchange.Row{URL: e.url}
	host := r.Host()
	if short := v.s.model.shortNames[host]; short != "" {
		host = short
	}
	return e.method + " " + host + content.MaskURL(r.Path())
}

func (v *problemsView) line(width int, rule, hits, last, where string, style tcell.Style) text.Line {
	mark := v.s.look.signs.Ellipsis
	rules := min(32, width*2/5)
	room := max(0, width-rules-1-5-1-13-1)
	return text.Line{
		styled(text.PadRight(rule, rules, mark)+" ", style),
		styled(text.PadLeft(hits, 5, mark)+" ", style),
		styled(text.PadRight(" "+last, 13, mark)+" ", v.s.look.Dim),
		styled(text.CutMiddle(where, room, mark), style),
	}
}

func (v *problemsView) selected() *problemGroup {
	if i := v.list.Index(); i >= 0 {
		return v.current()[i]
	}
	return nil
}

// open lists the exchanges of the group.
func (v *problemsView) open() {
	g := v.selected()
	if g == nil {
		return
	}
	state := listState{filter: g.filter(), problems: true, order: "time"}
	v.s.model.change(state)
	v.s.goTo(viewList)
}

func (v *problemsView) draw(screen tcell.Screen, top, bottom int) {
	l, width := v.s.look, v.s.width
	groups := v.current()
	note := fmt.Sprintf("%s in %s", plural(len(groups), "problem"), plural(v.exchanges, "exchange"))
	text.Styled(note, l.Dim).Draw(screen, width-text.Width(note)-1, top, width)
	top++
	if len(groups) == 0 {
		text.Plain("   No problems so far.").Draw(screen, 0, top+1, width)
		return
	}
	height := bottom - top - 4
	v.list.SetRect(0, top, width, height)
	v.list.Draw(screen)
	text.Styled(horizontal(l, width), l.Dim).Draw(screen, 0, bottom-4, width)
	if g := v.selected(); g != nil {
		lines := []text.Line{
			{styled(" "+l.signs.Severity(string(g.severity))+" ", l.Severity(string(g.severity))), styled(l.own(g.short), l.Heading)},
			text.Plain(fmt.Sprintf("   %s: %s in %s, last %s", g.rule, plural(g.hits, "exchange"), plural(len(g.places), "place"), clock(g.last))),
			text.Styled("   Enter lists them   filter: "+g.filter(), l.Dim),
		}
		for i, line := range lines {
			line.Cut(width, l.signs.Ellipsis).Draw(screen, 0, bottom-3+i, width)
		}
	}
}
