package rows

import (
	"runtime"
	"slices"

	"httpwhy/inspector/exchange"
)

// Query says which rows are listed.
type Query struct {
	// Match is a filter, nil for none.
	Match *Matcher
	// Problems: only problems. Marks: only these, nil for all.
	Problems bool
	Marks    map[exchange.ID]bool
	// Above hides the rows up to this ID.
	Above exchange.ID
}

// Lists reports whether a query lists the row with this ID.
func (s *Store) Lists(q *Query, id exchange.ID) bool {
	r := s.find(id)
	if r == nil {
		return false
	}
	if q.Match != nil {
		q.Match.prepare()
	}
	var scratch exchange.Row
	return s.lists(q, r, id, &scratch)
}

func (s *Store) lists(q *Query, r *row, id exchange.ID, scratch *exchange.Row) bool {
	switch {
	case id <= q.Above,
		q.Problems && !s.isProblem(id, r),
		q.Marks != nil && !q.Marks[id],
		q.Match != nil && !q.Match.match(r, id, scratch):
		return false
	}
	return true
}

// Found is what a query lists.
type Found struct {
	// IDs are ascending.
	IDs []exchange.ID
	// Hosts counts the hosts of these rows.
	Hosts map[string]int
}

// Scan finds all rows that a query lists. The IDs are written into the memory
// of into, where it suffices.
func (s *Store) Scan(q *Query, into []exchange.ID) Found {
	if q.Match != nil {
		q.Match.prepare()
	}
	firsts := make([]int, len(s.order)+1) // how many rows stand before each block
	for i, key := range s.order {
		firsts[i+1] = firsts[i] + len(s.blocks[key])
	}
	into = slices.Grow(into[:0], s.count)[:s.count]
	type part struct {
		ids   []exchange.ID
		hosts []int
		odd   map[string]int
	}
	parts := make([]part, runtime.GOMAXPROCS(0))
	cut := func(row int) int { i, _ := slices.BinarySearch(firsts, row); return min(i, len(s.order)) }
	parallel(s.count, func(p, from, to int) {
		// Parts are whole blocks: each begins with the first one at or after from.
		a, b := cut(from), cut(to)
		ids, hosts, odd := s.scanBlocks(q, s.order[a:b], into[firsts[a]:firsts[a]])
		parts[p] = part{ids, hosts, odd}
	})
	found := Found{IDs: into[:0], Hosts: map[string]int{}}
	for _, p := range parts {
		// Each part is written at or after the end of those before it.
		found.IDs = append(found.IDs, p.ids...)
		for i, n := range p.hosts {
			if n > 0 {
				found.Hosts[s.hosts.all[i]] += n
			}
		}
		for host, n := range p.odd {
			found.Hosts[host] += n
		}
	}
	return found
}

func (s *Store) scanBlocks(q *Query, keys []exchange.ID, ids []exchange.ID) (found []exchange.ID, hosts []int, odd map[string]int) {
	hosts = make([]int, len(s.hosts.all))
	var scratch exchange.Row
	for _, key := range keys {
		block := s.blocks[key]
		for i := range block {
			r := &block[i]
			id := key*blockSize + r.id()
			if !s.lists(q, r, id, &scratch) {
				continue
			}
			ids = append(ids, id)
			if r.offset&oddBit == 0 {
				hosts[s.hostOf[r.url]]++
				continue
			}
			if odd == nil {
				odd = map[string]int{}
			}
			odd[s.odd[id].Host()]++
		}
	}
	return ids, hosts, odd
}
