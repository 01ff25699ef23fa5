package ui

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
)

func row(id exchange.ID, url string, status int) exchange.Row {
	r := exchange.Row{ID: id, State: exchange.Complete, Method: "GET", URL: url, Status: status}
	if status >= 400 {
		r.Findings = []exchange.Headline{{Rule: "r", Severity: exchange.SeverityError, Short: "failed", Primary: true}}
	}
	return r
}

func TestListModelUndoesViewChanges(t *testing.T) {
	m := newListModel()
	m.apply(batch{rows: []exchange.Row{row(1, "http://a/", 200), row(2, "http://b/", 404), row(3, "http://a/x", 500)}})
	want := func(what string, ids ...exchange.ID) {
		t.Helper()
		if !slices.Equal(m.visible, ids) {
			t.Fatalf("%s: %v, want %v", what, m.visible, ids)
		}
	}
	want("all", 1, 2, 3)
	before := m.state
	m.preview("host:=a")
	want("while typing", 1, 3)
	m.preview("status:bad")
	want("a wrong filter leaves the list", 1, 3)
	if m.filterErr == nil {
		t.Fatal("no message about the wrong filter")
	}
	m.keep(before)
	want("a wrong filter is not kept", 1, 2, 3)
	m.preview("host:=a")
	m.keep(before)
	problems := m.state
	problems.problems = true
	m.change(problems)
	want("problems", 3)
	m.undo()
	want("undo", 1, 3)
	m.undo()
	want("undo again", 1, 2, 3)
	if m.undo() {
		t.Fatal("there is nothing left to undo")
	}
	m.redo()
	m.redo()
	want("redo", 3)
	m.change(listState{order: "code", reverse: true})
	want("by code, reversed", 3, 2, 1)
	m.apply(batch{rows: []exchange.Row{row(4, "http://c/", 404)}})
	if m.visible[0] != 3 || m.visible[3] != 1 || m.index(4) < 0 {
		t.Fatalf("a new row is sorted in: %v", m.visible)
	}
	m.change(listState{order: "time", above: m.store.Last()})
	want("cleared")
	m.apply(batch{rows: []exchange.Row{row(5, "http://c/", 200)}})
	want("after clear", 5)
}

func TestNextProblem(t *testing.T) {
	m := newListModel()
	m.apply(batch{rows: []exchange.Row{row(1, "http://a/", 500), row(2, "http://b/", 200), row(3, "http://a/x", 500)}})
	for _, test := range []struct {
		from exchange.ID
		step int
		want exchange.ID
	}{{1, 1, 3}, {3, 1, 0}, {3, -1, 1}, {1, -1, 0}, {2, 1, 3}, {0, 1, 1}, {0, -1, 3}} {
		if got := m.nextProblem(test.from, test.step); got != test.want {
			t.Errorf("from %d by %d: %d, want %d", test.from, test.step, got, test.want)
		}
	}
}

// What batches add up to is what a look at all rows finds.
func TestListModelAppliesBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newListModel()
		urls := []string{"http://a/", "http://b/", "http://c/"}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0:
				m.change(listState{order: orders[rapid.IntRange(0, len(orders)-1).Draw(t, "order")], reverse: rapid.Bool().Draw(t, "reverse")})
			case 1:
				m.change(listState{order: "time", filter: "url:" + urls[rapid.IntRange(0, 2).Draw(t, "filter")], problems: rapid.Bool().Draw(t, "problems")})
			default:
				var b batch
				for _, id := range rapid.SliceOfNDistinct(rapid.Uint64Range(1, 40), 0, 8, rapid.ID[uint64]).Draw(t, "ids") {
					b.rows = append(b.rows, row(exchange.ID(id), urls[id%3], []int{200, 404, 500}[rapid.IntRange(0, 2).Draw(t, "status")]))
				}
				if rapid.Bool().Draw(t, "removes") {
					b.gone = append(b.gone, exchange.ID(rapid.Uint64Range(1, 40).Filter(func(id uint64) bool {
						return !slices.ContainsFunc(b.rows, func(r exchange.Row) bool { return uint64(r.ID) == id })
					}).Draw(t, "gone")))
				}
				if rapid.Bool().Draw(t, "covers") {
					b.from = exchange.ID(rapid.Uint64Range(1, 40).Draw(t, "from"))
					b.to = b.from + exchange.ID(rapid.Uint64Range(0, 40).Draw(t, "to"))
				}
				m.apply(b)
				for _, id := range m.store.Between(b.from, b.to) {
					if !slices.ContainsFunc(b.rows, func(r exchange.Row) bool { return r.ID == id }) {
						t.Fatalf("row %d is not in the capture", id)
					}
				}
			}
			got, hosts := slices.Clone(m.visible), len(m.hosts)
			codes := m.codesSeen()
			m.refresh()
			want := slices.Clone(m.visible)
			if m.state.order != "time" {
				slices.Sort(got)
				slices.Sort(want)
			}
			if !slices.Equal(got, want) || hosts != len(m.hosts) || codes != m.codesSeen() {
				t.Fatalf("after a batch %v, anew %v (hosts %d and %d)", got, want, hosts, len(m.hosts))
			}
		}
	})
}
