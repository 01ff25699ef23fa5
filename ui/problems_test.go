package ui

import (
	"maps"
	"testing"

	"httpwhy/inspector/exchange"
)

// A group's filter lists exactly the exchanges that it counts.
func TestProblemGroupsCountWhatTheirFilterLists(t *testing.T) {
	finding := func(rule string, sev exchange.Severity) exchange.Headline {
		return exchange.Headline{Rule: rule, Severity: sev, Short: rule}
	}
	warning, failed, info := exchange.SeverityWarning, exchange.SeverityError, exchange.SeverityInfo
	rows := []exchange.Row{
		{URL: "http://a/", Findings: []exchange.Headline{finding("redirect-loop", failed), finding("redirect", warning)}},
		{URL: "http://a/", Findings: []exchange.Headline{finding("redirect", warning), finding("redirect", warning)}},
		{URL: "http://b/", Findings: []exchange.Headline{finding("note", info)}},
		{URL: "http://b/", Findings: []exchange.Headline{finding("redirect-loop", failed), finding("note", info)}},
		{URL: "http://b/", FailureKind: exchange.EmptyReply},
		{URL: "http://b/", FailureKind: exchange.EmptyReply, Findings: []exchange.Headline{finding("empty-reply", failed)}},
		{URL: "http://b/", FailureKind: exchange.ClientGone},
		{URL: "http://b/", Status: 200},
	}
	m := newListModel()
	for i := range rows {
		rows[i].ID = exchange.ID(i + 1)
	}
	m.apply(batch{rows: rows})
	hits := map[string]int{}
	groups, exchanges := groupProblems(m.store)
	if exchanges != 5 {
		t.Errorf("%d exchanges have a problem, want 5", exchanges)
	}
	for _, g := range groups {
		key := g.rule
		if g.failure {
			key = "failure " + key
		}
		hits[key] = g.hits
		m.change(listState{filter: g.filter(), problems: true, order: "time"})
		if m.filterErr != nil || len(m.visible) != g.hits {
			t.Errorf("%s lists %d exchanges, the group counts %d (%v)", g.filter(), len(m.visible), g.hits, m.filterErr)
		}
	}
	want := map[string]int{"redirect-loop": 2, "redirect": 2, "empty-reply": 1, "failure empty-reply": 1}
	if !maps.Equal(hits, want) {
		t.Errorf("got %v, want %v", hits, want)
	}
}
