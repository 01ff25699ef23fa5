package ui

import (
	"cmp"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

// orderBy names what the list is ordered by.
type orderBy string

// orders are the orders in which a key cycles through them.
var orders = []orderBy{"time", "code", "ms", "size", "host"}

// listState is all that the user chose about the list. Undo goes from one to
// the one before.
type listState struct {
	filter   string
	problems bool
	marked   bool
	order    orderBy
	reverse  bool
	// above hides the rows up to this ID, which "clear" leaves behind.
	above exchange.ID
}

// match decides whether a row is listed.
type match func(*exchange.Row) bool

// listModel decides which rows are listed and in what order. It knows no
// widget; rows are named by their IDs.
type listModel struct {
	store *rowStore
	parse func(filter string) (match, error)

	state      listState
	undone     []listState // newest last
	done       []listState
	match      match // of state.filter; nil matches all
	filterErr  error
	marks      map[exchange.ID]bool
	visible    []exchange.ID
	hosts      map[string]int // of the visible rows, with their number
	problems   int            // in the whole store
	shortNames map[string]string
}

func newListModel(parse func(string) (match, error)) *listModel {
	m := &listModel{
		store: newRowStore(), parse: parse, state: listState{order: "time"},
		marks: map[exchange.ID]bool{}, hosts: map[string]int{}, shortNames: map[string]string{},
	}
	return m
}

// apply takes in what the feed found.
func (m *listModel) apply(b batch) {
	if b.reset {
		m.store = newRowStore()
	}
	// One new row at the end is the common case and must not cost a pass over
	// all of them.
	appended := !b.reset && len(b.gone) == 0 && m.state.order == "time"
	last := m.store.last()
	for _, r := range b.rows {
		appended = appended && r.ID > last
		if old := m.store.get(r.ID); old != nil && problem(old) {
			m.problems--
		}
		m.store.put(r)
		if problem(&r) {
			m.problems++
		}
	}
	if !appended {
		for _, id := range b.gone {
			m.store.remove(id)
			delete(m.marks, id)
		}
		m.refresh()
		return
	}
	hosts := len(m.hosts)
	for i := range b.rows {
		if r := m.store.get(b.rows[i].ID); m.lists(r) {
			m.add(r)
		}
	}
	if m.state.reverse && len(b.rows) > 0 {
		m.refresh()
	}
	if len(m.hosts) != hosts {
		m.nameHosts()
	}
}

// change makes a new state, which undo takes back.
func (m *listModel) change(s listState) {
	if s == m.state {
		return
	}
	m.done = append(m.done, m.state)
	m.undone = nil
	m.set(s)
}

// preview shows a filter while it is typed, without a step to undo. A filter
// that cannot be read leaves the list as it is and sets filterErr.
func (m *listModel) preview(filter string) {
	s := m.state
	s.filter = filter
	m.set(s)
}

// keep makes the previewed state a step from before.
func (m *listModel) keep(before listState) {
	if m.filterErr != nil {
		m.set(before)
		return
	}
	if before != m.state {
		m.done = append(m.done, before)
		m.undone = nil
	}
}

// set shows a state.
func (m *listModel) set(s listState) {
	if s.filter != m.state.filter || m.filterErr != nil {
		f, err := m.compile(s.filter)
		if m.filterErr = err; err != nil {
			return
		}
		m.match = f
	}
	m.state = s
	m.refresh()
}

func (m *listModel) compile(filter string) (match, error) {
	if strings.TrimSpace(filter) == "" || m.parse == nil {
		return nil, nil
	}
	return m.parse(filter)
}

func (m *listModel) undo() bool {
	n := len(m.done)
	if n == 0 {
		return false
	}
	m.undone = append(m.undone, m.state)
	s := m.done[n-1]
	m.done = m.done[:n-1]
	m.set(s)
	return true
}

func (m *listModel) redo() bool {
	n := len(m.undone)
	if n == 0 {
		return false
	}
	m.done = append(m.done, m.state)
	s := m.undone[n-1]
	m.undone = m.undone[:n-1]
	m.set(s)
	return true
}

// lists reports whether a row passes all that the state asks for.
func (m *listModel) lists(r *exchange.Row) bool {
	switch {
	case r.ID <= m.state.above,
		m.state.problems && !problem(r),
		m.state.marked && !m.marks[r.ID],
		m.match != nil && !m.match(r):
		return false
	}
	return true
}

// refresh makes the list anew.
func (m *listModel) refresh() {
	m.visible = m.visible[:0]
	clear(m.hosts)
	m.problems = 0
	m.store.each(func(r *exchange.Row) bool {
		if problem(r) {
			m.problems++
		}
		if m.lists(r) {
			m.add(r)
		}
		return true
	})
	m.sort()
	m.nameHosts()
}

func (m *listModel) add(r *exchange.Row) {
	m.visible = append(m.visible, r.ID)
	m.hosts[r.Host()]++
}

func (m *listModel) nameHosts() {
	hosts := make([]string, 0, len(m.hosts))
	for h := range m.hosts {
		hosts = append(hosts, h)
	}
	m.shortNames = shortHosts(hosts)
}

func (m *listModel) sort() {
	compare := map[orderBy]func(a, b *exchange.Row) int{
		"code": func(a, b *exchange.Row) int { return cmp.Compare(codeRank(a), codeRank(b)) },
		"ms":   func(a, b *exchange.Row) int { return cmp.Compare(a.Duration, b.Duration) },
		"size": func(a, b *exchange.Row) int { return cmp.Compare(a.ResponseBytes, b.ResponseBytes) },
		"host": func(a, b *exchange.Row) int { return cmp.Compare(a.Host(), b.Host()) },
	}[m.state.order]
	if compare != nil {
		slices.SortStableFunc(m.visible, func(a, b exchange.ID) int {
			return compare(m.store.get(a), m.store.get(b))
		})
	}
	if m.state.reverse {
		slices.Reverse(m.visible)
	}
}

// codeRank puts failures without an answer behind all codes.
func codeRank(r *exchange.Row) int {
	if noAnswer(r) {
		return 1000
	}
	return r.Status
}

// index is the place of an exchange in the list, -1 if it is not listed.
func (m *listModel) index(id exchange.ID) int {
	if m.state.order == "time" && !m.state.reverse {
		if i, found := slices.BinarySearch(m.visible, id); found {
			return i
		}
		return -1
	}
	return slices.Index(m.visible, id)
}

// nearest is the listed exchange that takes the place of id when id is not
// listed: the next one before it, else the first.
func (m *listModel) nearest(id exchange.ID) exchange.ID {
	if m.index(id) >= 0 {
		return id
	}
	best := exchange.ID(0)
	for _, v := range m.visible {
		if v <= id && v > best {
			best = v
		}
	}
	if best == 0 && len(m.visible) > 0 {
		best = m.visible[0]
	}
	return best
}

// nextProblem is the next listed problem in direction step (1 or -1) from id, 0
// if there is none.
func (m *listModel) nextProblem(id exchange.ID, step int) exchange.ID {
	i := m.index(id)
	if i < 0 && step < 0 {
		i = len(m.visible)
	}
	for i += step; i >= 0 && i < len(m.visible); i += step {
		if problem(m.store.get(m.visible[i])) {
			return m.visible[i]
		}
	}
	return 0
}

// cycleOrder is the order after the present one.
func (m *listModel) cycleOrder() orderBy {
	return orders[(slices.Index(orders, m.state.order)+1)%len(orders)]
}
