package ui

import (
	"cmp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

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
	codes      map[int]int    // status codes in the whole store, with their number
	shortNames map[string]string
}

func newListModel(parse func(string) (match, error)) *listModel {
	m := &listModel{
		store: newRowStore(), parse: parse, state: listState{order: "time"},
		marks: map[exchange.ID]bool{}, codes: map[int]int{}, hosts: map[string]int{}, shortNames: map[string]string{},
	}
	return m
}

// apply takes in what the feed found. Its cost is that of the batch, or of one
// pass over the listed IDs where rows came or went in their middle.
func (m *listModel) apply(b batch) {
	if b.reset {
		m.store = newRowStore()
		for _, r := range b.rows {
			m.store.put(r)
		}
		m.refresh()
		return
	}
	hosts := len(m.hosts)
	var come []exchange.ID
	left := map[exchange.ID]bool{}
	for _, id := range b.gone {
		m.forget(id, left)
	}
	for _, r := range b.rows {
		was := false
		if old := m.store.get(r.ID); old != nil {
			was = m.lists(old)
			m.codes[old.Status]--
		}
		m.store.put(r)
		m.codes[r.Status]++
		switch is := m.lists(&r); {
		case is && !was:
			come = append(come, r.ID)
			m.hosts[r.Host()]++
		case was && !is:
			left[r.ID] = true
			m.drop(&r)
		}
	}
	m.splice(come, left)
	if m.state.order != "time" || m.state.reverse {
		slices.Sort(m.visible)
		m.sort()
	}
	if len(m.hosts) != hosts {
		m.nameHosts()
	}
}

// forget takes a row out of the store and notes it in left if it was listed.
func (m *listModel) forget(id exchange.ID, left map[exchange.ID]bool) {
	r := m.store.get(id)
	if r == nil {
		return
	}
	m.codes[r.Status]--
	if m.lists(r) {
		left[id] = true
		m.drop(r)
	}
	m.store.remove(id)
	delete(m.marks, id)
}

// drop uncounts the host of a row that is no longer listed.
func (m *listModel) drop(r *exchange.Row) {
	if m.hosts[r.Host()]--; m.hosts[r.Host()] <= 0 {
		delete(m.hosts, r.Host())
	}
}

// splice puts IDs into the list and takes others out.
func (m *listModel) splice(come []exchange.ID, left map[exchange.ID]bool) {
	if m.state.order != "time" || m.state.reverse {
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
	parts := m.scan()
	m.visible = m.visible[:0]
	clear(m.codes)
	clear(m.hosts)
	for _, p := range parts {
		m.visible = append(m.visible, p.visible...)
		for c, n := range p.codes {
			m.codes[c] += n
		}
		for h, n := range p.hosts {
			m.hosts[h] += n
		}
	}
	m.sort()
	m.nameHosts()
}

// scanned is what was found in a part of the store.
type scanned struct {
	visible []exchange.ID
	codes   map[int]int
	hosts   map[string]int
}

// scan looks at all rows, on several processors where there are many.
func (m *listModel) scan() []scanned {
	const worthIt = 64 // blocks
	blocks := m.store.order
	n := 1
	if len(blocks) >= worthIt {
		n = runtime.GOMAXPROCS(0)
	}
	parts := make([]scanned, n)
	var wait sync.WaitGroup
	for i := range parts {
		wait.Go(func() {
			parts[i] = m.scanBlocks(blocks[i*len(blocks)/n : (i+1)*len(blocks)/n])
		})
	}
	wait.Wait()
	return parts
}

func (m *listModel) scanBlocks(keys []exchange.ID) scanned {
	p := scanned{codes: map[int]int{}, hosts: map[string]int{}}
	for _, key := range keys {
		block := m.store.blocks[key]
		for i := range block {
			r := &block[i]
			p.codes[r.Status]++
			if m.lists(r) {
				p.visible = append(p.visible, r.ID)
				p.hosts[r.Host()]++
			}
		}
	}
	return p
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

// narrowed reports whether something hides rows.
func (m *listModel) narrowed() bool {
	return m.state.filter != "" || m.state.problems || m.state.marked || m.state.above > 0
}

// codesSeen lists the status codes in the capture.
func (m *listModel) codesSeen() string {
	var codes []string
	for c, n := range m.codes {
		if c != 0 && n > 0 {
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
