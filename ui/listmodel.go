package ui

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/filter"
	"httpwhy/ui/rows"
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

// listModel decides which rows are listed and in what order. It knows no
// widget; rows are named by their IDs.
type listModel struct {
	store *rows.Store

	state      listState
	undone     []listState // newest last
	done       []listState
	match      *rows.Matcher // of state.filter; nil matches all
	filterErr  error
	marks      map[exchange.ID]bool
	visible    []exchange.ID
	hosts      map[string]int // of the visible rows, with their number
	shortNames map[string]string
}

func newListModel() *listModel {
	return &listModel{
		store: rows.New(problem), state: listState{order: "time"},
		marks: map[exchange.ID]bool{}, hosts: map[string]int{}, shortNames: map[string]string{},
	}
}

// apply takes in what the feed found. Its cost is that of the batch, or of one
// pass over the listed IDs where rows came or went in their middle.
func (m *listModel) apply(b batch) {
	hosts := len(m.hosts)
	q := m.query()
	var come []exchange.ID
	left := map[exchange.ID]bool{}
	for _, id := range append(m.missing(b), b.gone...) {
		if m.store.Lists(&q, id) {
			left[id] = true
			m.drop(m.store.Get(id))
		}
		m.store.Remove(id)
		delete(m.marks, id)
	}
	for i := range b.rows {
		r := &b.rows[i]
		was := m.store.Lists(&q, r.ID)
		m.store.Put(r)
		switch is := m.store.Lists(&q, r.ID); {
		case is && !was:
			come = append(come, r.ID)
			m.hosts[r.Host()]++
		case was && !is:
			left[r.ID] = true
			m.drop(r)
		}
	}
	m.splice(come, left)
	if !m.chronological() {
		slices.Sort(m.visible)
		m.sort()
	}
	if len(m.hosts) != hosts {
		m.nameHosts()
	}
}

// missing are the known rows that are not in a batch, which has all there are in
// its range: the capture dropped them.
func (m *listModel) missing(b batch) []exchange.ID {
	known := m.store.Between(b.from, b.to)
	if len(known) == 0 {
		return nil
	}
	there := make(map[exchange.ID]bool, len(b.rows))
	for i := range b.rows {
		there[b.rows[i].ID] = true
	}
	return slices.DeleteFunc(known, func(id exchange.ID) bool { return there[id] })
}

// drop uncounts the host of a row that is no longer listed.
func (m *listModel) drop(r *exchange.Row) {
	if m.hosts[r.Host()]--; m.hosts[r.Host()] <= 0 {
		delete(m.hosts, r.Host())
	}
}

// splice puts IDs into the list and takes others out.
func (m *listModel) splice(come []exchange.ID, left map[exchange.ID]bool) {
	if !m.chronological() {
		slices.Sort(m.visible)
	}
	if len(left) > 0 {
		m.visible = slices.DeleteFunc(m.visible, func(id exchange.ID) bool { return left[id] })
	}
	if len(come) == 0 {
		return
	}
	slices.Sort(come)
	n := len(m.visible)
	if n == 0 || come[0] > m.visible[n-1] {
		m.visible = append(m.visible, come...)
		return
	}
	merged := make([]exchange.ID, 0, n+len(come))
	rest := m.visible
	for _, id := range come {
		i, _ := slices.BinarySearch(rest, id)
		merged = append(append(merged, rest[:i]...), id)
		rest = rest[i:]
	}
	merged = append(merged, rest...)
	m.visible = merged
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
		f, err := filter.Parse(s.filter)
		if m.filterErr = err; err != nil {
			return
		}
		m.match = m.store.Compile(f)
	}
	m.state = s
	m.refresh()
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

// query is what the state asks for.
func (m *listModel) query() rows.Query {
	q := rows.Query{Match: m.match, Problems: m.state.problems, Above: m.state.above}
	if m.state.marked {
		q.Marks = m.marks
	}
	return q
}

// refresh makes the list anew.
func (m *listModel) refresh() {
	q := m.query()
	found := m.store.Scan(&q, m.visible)
	m.visible, m.hosts = found.IDs, found.Hosts
	m.sort()
	m.nameHosts()
}

func (m *listModel) nameHosts() {
	hosts := make([]string, 0, len(m.hosts))
	for h := range m.hosts {
		hosts = append(hosts, h)
	}
	m.shortNames = shortHosts(hosts)
}

func (m *listModel) sort() {
	if m.state.order != "time" {
		m.sortBy(m.sortKey())
	}
	if m.state.reverse {
		slices.Reverse(m.visible)
	}
}

// sortKey is the number by which the state orders rows.
func (m *listModel) sortKey() func(*exchange.Row) int64 {
	switch m.state.order {
	case "code":
		return codeRank
	case "ms":
		return func(r *exchange.Row) int64 { return int64(r.Duration) }
	case "size":
		return func(r *exchange.Row) int64 { return r.ResponseBytes }
	default:
		ranks := make(map[string]int64, len(m.hosts))
		for i, host := range slices.Sorted(maps.Keys(m.hosts)) {
			ranks[host] = int64(i)
		}
		return func(r *exchange.Row) int64 { return ranks[r.Host()] }
	}
}

func (m *listModel) sortBy(key func(*exchange.Row) int64) {
	type keyed struct {
		key int64
		id  exchange.ID
	}
	all := make([]keyed, len(m.visible))
	m.store.Each(m.visible, func(i int, r *exchange.Row) { all[i] = keyed{key(r), r.ID} })
	slices.SortFunc(all, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	for i := range all {
		m.visible[i] = all[i].id
	}
}

// codeRank puts failures without an answer behind all codes.
func codeRank(r *exchange.Row) int64 {
	if noAnswer(r) {
		return 1000
	}
	return int64(r.Status)
}

// chronological reports whether the newest exchange is listed last.
func (m *listModel) chronological() bool { return m.state.order == "time" && !m.state.reverse }

// index is the place of an exchange in the list, -1 if it is not listed.
func (m *listModel) index(id exchange.ID) int {
	if m.chronological() {
		if i, found := slices.BinarySearch(m.visible, id); found {
			return i
		}
		return -1
	}
	return slices.Index(m.visible, id)
}

// nextProblem is the next listed problem in direction step (1 or -1) from id, 0
// if there is none.
func (m *listModel) nextProblem(id exchange.ID, step int) exchange.ID {
	i := m.index(id)
	if i < 0 && step < 0 {
		i = len(m.visible)
	}
	for i += step; i >= 0 && i < len(m.visible); i += step {
		if m.store.Problem(m.visible[i]) {
			return m.visible[i]
		}
	}
	return 0
}

// narrowed reports whether something hides rows.
func (m *listModel) narrowed() bool {
	return m.state.filter != "" || m.state.problems || m.state.marked || m.state.above > 0
}

// codesSeen lists the status codes in the capture.
func (m *listModel) codesSeen() string {
	var codes []string
	for c := range m.store.Codes() {
		if c != 0 {
			codes = append(codes, strconv.Itoa(c))
		}
	}
	if len(codes) == 0 {
		return "none"
	}
	slices.Sort(codes)
	return strings.Join(codes, " ")
}

// cycleOrder is the order after the present one.
func (m *listModel) cycleOrder() orderBy {
	return orders[(slices.Index(orders, m.state.order)+1)%len(orders)]
}
