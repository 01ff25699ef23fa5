package rows

import (
	"math"
	"runtime"
	"sync"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/filter"
)

// Matcher is a filter prepared for one Store: a term that reads one thing was
// asked once for each value of it, and a row only looks the answer up.
type Matcher struct {
	store  *Store
	filter *filter.Filter
	tables []*table
	is     condition
}

// condition asks a row; scratch is for its own use.
type condition func(r *row, id exchange.ID, scratch *exchange.Row) bool

// table holds the answers of one term for the values of one field.
type table struct {
	answers []bool
	len     func() int // values there are
	match   func(i uint32, scratch *exchange.Row) bool
}

// Compile prepares a filter; nil matches everything.
func (s *Store) Compile(f *filter.Filter) *Matcher {
	if f == nil || f.Empty() {
		return nil
	}
	// Ages count from one moment, so that a row keeps matching or not.
	m := &Matcher{store: s, filter: f.At(time.Now())}
	m.is = filter.Combine(m.filter, m.term, allOf, anyOf, notOf)
	return m
}

func allOf(cs []condition) condition {
	return func(r *row, id exchange.ID, scratch *exchange.Row) bool {
		for _, is := range cs {
			if !is(r, id, scratch) {
				return false
			}
		}
		return true
	}
}

func anyOf(cs []condition) condition {
	return func(r *row, id exchange.ID, scratch *exchange.Row) bool {
		for _, is := range cs {
			if is(r, id, scratch) {
				return true
			}
		}
		return false
	}
}

func notOf(is condition) condition {
	return func(r *row, id exchange.ID, scratch *exchange.Row) bool { return !is(r, id, scratch) }
}

// term makes the condition of one term.
func (m *Matcher) term(t filter.Term) condition {
	s := m.store
	look := func(length func() int, fill func(*exchange.Row, uint32), of func(*row) uint32) condition {
		tab := &table{len: length, match: func(i uint32, scratch *exchange.Row) bool {
			fill(scratch, i)
			return t.Match(scratch)
		}}
		m.tables = append(m.tables, tab)
		return func(r *row, _ exchange.ID, _ *exchange.Row) bool { return tab.answers[of(r)] }
	}
	switch t.Reads {
	case 0:
		always := t.Match(&exchange.Row{})
		return func(*row, exchange.ID, *exchange.Row) bool { return always }
	case filter.URL:
		return look(func() int { return len(s.urls.places) },
			func(full *exchange.Row, i uint32) { full.URL = s.urls.get(i) }, func(r *row) uint32 { return r.url })
	case filter.Client:
		return look(func() int { return len(s.clients.places) },
			func(full *exchange.Row, i uint32) { full.Client = s.clients.get(i) }, func(r *row) uint32 { return r.client })
	case filter.Outcome:
		return look(func() int { return len(s.outcomes.all) }, s.fillOutcome, func(r *row) uint32 { return r.outcome })
	case filter.Message:
		return look(func() int { return len(s.messages.all) }, s.fillMessage, func(r *row) uint32 { return r.message })
	case filter.Status:
		return look(func() int { return math.MaxInt16 + 1 },
			func(full *exchange.Row, i uint32) { full.Status = int(i) }, func(r *row) uint32 { return uint32(r.status) })
	case filter.Numbers:
		return func(r *row, id exchange.ID, scratch *exchange.Row) bool {
			scratch.ID = id
			s.fillNumbers(scratch, r)
			return t.Match(scratch)
		}
	default:
		return func(r *row, id exchange.ID, scratch *exchange.Row) bool {
			s.fill(scratch, id, r)
			return t.Match(scratch)
		}
	}
}

// prepare asks the terms of the values that came since the last time.
func (m *Matcher) prepare() {
	for _, t := range m.tables {
		from, to := len(t.answers), t.len()
		if from == to {
			continue
		}
		t.answers = append(t.answers, make([]bool, to-from)...)
		parallel(to-from, func(_, a, b int) {
			var scratch exchange.Row
			for i := from + a; i < from+b; i++ {
				t.answers[i] = t.match(uint32(i), &scratch)
			}
		})
	}
}

// match asks a row, after prepare.
func (m *Matcher) match(r *row, id exchange.ID, scratch *exchange.Row) bool {
	if r.offset&oddBit != 0 {
		return m.filter.Match(m.store.odd[id])
	}
	return m.is(r, id, scratch)
}

// parallel shares n pieces of work among the processors, where it is worth it.
func parallel(n int, work func(part, from, to int)) {
	const worthIt = 32 << 10
	parts := min(runtime.GOMAXPROCS(0), n/worthIt+1)
	var wait sync.WaitGroup
	for p := range parts {
		wait.Go(func() { work(p, p*n/parts, (p+1)*n/parts) })
	}
	wait.Wait()
}
