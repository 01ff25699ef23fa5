package ui

import (
	"strconv"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/filter"
)

// filterMenu asks by which value of the exchange to filter: a small letter
// shows those alike, its capital hides them.
func (s *screen) filterMenu() {
	r := s.row()
	if r == nil {
		s.say("no exchange is selected")
		return
	}
	path, _, _ := strings.Cut(r.Path(), "?")
	statusTerm := "status:" + strconv.Itoa(r.Status)
	if noAnswer(r) {
		statusTerm = "failure:" + filter.Quote(string(r.FailureKind))
	}
	terms := []struct{ key, label, term string }{
		{"h", "host", "host:" + filter.Quote(r.Host())},
		{"p", "path", "path:" + filter.Quote(path)},
		{"s", "status", statusTerm},
		{"m", "method", "method:" + filter.Quote(r.Method)},
		{"c", "client", "client:" + filter.Quote(clientHost(r.Client))},
	}
	if len(r.Findings) > 0 {
		terms = append(terms, struct{ key, label, term string }{"w", "why", "rule:=" + r.Findings[0].Rule})
	}
	m := &menu{title: "Filter by", footer: "capital letter: hide"}
	for _, t := range terms {
		m.items = append(m.items, menuItem{t.key, menuLabel(t.label, content.MaskURL(t.term)), func() { s.addTerm(t.term) }})
	}
	m.other = func(key string) bool {
		for _, t := range terms {
			if key == strings.ToUpper(t.key) {
				s.menu = nil
				s.addTerm("-" + t.term)
				return true
			}
		}
		return false
	}
	s.menu = m
}

// addTerm narrows the list by one more term.
func (s *screen) addTerm(term string) {
	state := s.model.state
	// An "or" in what is there already must not swallow the new term.
	if strings.ContainsAny(state.filter, "|") || strings.Contains(strings.ToLower(state.filter), " or ") {
		state.filter = "(" + state.filter + ")"
	}
	state.filter = strings.TrimSpace(state.filter + " " + term)
	s.goTo(viewList)
	s.model.change(state)
	s.list.Sync()
}

// clientHost is a client's address without its port, which changes with each
// connection.
func clientHost(addr string) string {
	if i := strings.LastIndexByte(addr, ':'); i >= 0 {
		return addr[:i]
	}
	return addr
}

func menuLabel(label, term string) string {
	return label + strings.Repeat(" ", max(1, 8-len(label))) + term
}
