// Package rows keeps the rows of a capture in memory, a million of them in some
// forty bytes each, and finds those that match a filter within a few
// milliseconds: what rows share is kept once, and a filter is asked once for
// each value.
//
// A Store is not safe for concurrent use.
package rows

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// blockSize is how many consecutive IDs share a block: large enough that a
// million rows are a thousand blocks, small enough that an insertion into one
// moves little.
const blockSize = 1024

// row is an exchange.Row in 40 bytes without a pointer.
type row struct {
	start             int64  // nanoseconds since 1970
	duration          uint32 // microseconds, rounded up
	request, response uint32 // bytes
	url, client       uint32 // places in Store.urls and Store.clients
	outcome, message  uint32 // places in Store.outcomes and Store.messages
	status            int16
	offset            uint16 // ID % blockSize, and oddBit
}

// oddBit marks a row that does not fit: Store.odd has it in full.
const oddBit = 1 << 15

// Store keeps rows by ID. Rows may arrive in any order.
type Store struct {
	blocks map[exchange.ID][]row // by ID/blockSize; each ascending
	order  []exchange.ID         // the keys of blocks, ascending
	count  int
	odd    map[exchange.ID]*exchange.Row
	codes  map[int]int

	problem  func(*exchange.Row) bool
	urls     texts
	clients  texts
	hosts    values[string]
	hostOf   []uint32 // the place in hosts of each URL
	longest  int      // path, in bytes
	messages values[message]
	outcomes outcomes
}

// New returns an empty store. problem says whether a row is one by its state,
// mode, failure and findings alone.
func New(problem func(*exchange.Row) bool) *Store {
	return &Store{blocks: map[exchange.ID][]row{}, odd: map[exchange.ID]*exchange.Row{}, codes: map[int]int{}, problem: problem}
}

// Len returns the number of rows.
func (s *Store) Len() int { return s.count }

// Codes counts the status codes, 0 for exchanges without one. It must not be
// changed.
func (s *Store) Codes() map[int]int { return s.codes }

// LongestPath is the length in bytes of the longest path with its query that
// was put, or of an authority without one. It only grows.
func (s *Store) LongestPath() int { return s.longest }

// Get returns a copy of the row with this ID, nil if there is none. Durations
// are rounded up to microseconds.
func (s *Store) Get(id exchange.ID) *exchange.Row {
	r := s.find(id)
	if r == nil {
		return nil
	}
	full := new(exchange.Row)
	s.fill(full, id, r)
	return full
}

// Problem reports whether the row with this ID is a problem.
func (s *Store) Problem(id exchange.ID) bool {
	r := s.find(id)
	return r != nil && s.isProblem(id, r)
}

func (s *Store) isProblem(id exchange.ID, r *row) bool {
	if r.offset&oddBit != 0 {
		return s.problem(s.odd[id])
	}
	return s.outcomes.all[r.outcome].problem
}

// Put adds a row or replaces the one with its ID, and reports whether it is new.
func (s *Store) Put(r *exchange.Row) bool {
	key := r.ID / blockSize
	block, known := s.blocks[key]
	if !known {
		i, _ := slices.BinarySearch(s.order, key)
		s.order = slices.Insert(s.order, i, key)
		block = make([]row, 0, blockSize)
	}
	i, found := findIn(block, uint16(r.ID%blockSize))
	s.codes[r.Status]++
	if found {
		s.uncount(&block[i], r.ID)
		delete(s.odd, r.ID)
		block[i] = s.pack(r)
		return false
	}
	s.blocks[key] = slices.Insert(block, i, s.pack(r))
	s.count++
	return true
}

// Remove forgets a row that the capture no longer has.
func (s *Store) Remove(id exchange.ID) {
	block := s.blocks[id/blockSize]
	if i, found := findIn(block, uint16(id%blockSize)); found {
		s.uncount(&block[i], id)
		s.blocks[id/blockSize] = slices.Delete(block, i, i+1)
		delete(s.odd, id)
		s.count--
	}
}

func (s *Store) uncount(r *row, id exchange.ID) {
	code := int(r.status)
	if r.offset&oddBit != 0 {
		code = s.odd[id].Status
	}
	if s.codes[code]--; s.codes[code] == 0 {
		delete(s.codes, code)
	}
}

// Each calls f with the rows with these IDs, which must not keep them.
func (s *Store) Each(ids []exchange.ID, f func(i int, r *exchange.Row)) {
	var full exchange.Row
	for i, id := range ids {
		if r := s.find(id); r != nil {
			s.fill(&full, id, r)
			f(i, &full)
		}
	}
}

// Between returns the IDs of the rows from ID from on and below to, ascending.
func (s *Store) Between(from, to exchange.ID) []exchange.ID {
	var ids []exchange.ID
	i, _ := slices.BinarySearch(s.order, from/blockSize)
	for _, key := range s.order[i:] {
		if key*blockSize >= to {
			break
		}
		for j := range s.blocks[key] {
			if id := key*blockSize + s.blocks[key][j].id(); from <= id && id < to {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// EachProblem calls f with every problem in ascending order, which must not
// keep it.
func (s *Store) EachProblem(f func(*exchange.Row)) {
	var full exchange.Row
	for _, key := range s.order {
		block := s.blocks[key]
		for i := range block {
			id := key*blockSize + block[i].id()
			if s.isProblem(id, &block[i]) {
				s.fill(&full, id, &block[i])
				f(&full)
			}
		}
	}
}

// Last is the largest ID, 0 if there is none.
func (s *Store) Last() exchange.ID {
	for _, key := range slices.Backward(s.order) {
		if block := s.blocks[key]; len(block) > 0 {
			return key*blockSize + block[len(block)-1].id()
		}
	}
	return 0
}

func (r *row) id() exchange.ID { return exchange.ID(r.offset &^ oddBit) }

func (s *Store) find(id exchange.ID) *row {
	block := s.blocks[id/blockSize]
	if i, found := findIn(block, uint16(id%blockSize)); found {
		return &block[i]
	}
	return nil
}

func findIn(block []row, offset uint16) (int, bool) {
	n := len(block)
	// Rows mostly arrive at the end, and most blocks have no gaps.
	if n == 0 || block[n-1].offset&^oddBit < offset {
		return n, false
	}
	if i := int(offset) - int(block[0].offset&^oddBit); 0 <= i && i < n && block[i].offset&^oddBit == offset {
		return i, true
	}
	i := sort.Search(n, func(i int) bool { return block[i].offset&^oddBit >= offset })
	return i, block[i].offset&^oddBit == offset
}

// The years that nanoseconds since 1970 reach.
var earliest, latest = time.Unix(0, math.MinInt64), time.Unix(0, math.MaxInt64)

func (s *Store) pack(r *exchange.Row) row {
	micros := (r.Duration + time.Microsecond - 1) / time.Microsecond
	fits := func(n int64) bool { return 0 <= n && n <= math.MaxUint32 }
	if !fits(int64(micros)) || !fits(r.RequestBytes) || !fits(r.ResponseBytes) ||
		r.Start.Before(earliest) || r.Start.After(latest) || r.Status < 0 || r.Status > math.MaxInt16 ||
		len(r.URL) > longestText || len(r.Client) > longestText {
		kept := *r
		s.odd[r.ID] = &kept
		s.longest = max(s.longest, len(r.URL))
		return row{offset: uint16(r.ID%blockSize) | oddBit}
	}
	return row{
		start: r.Start.UnixNano(), duration: uint32(micros), request: uint32(r.RequestBytes), response: uint32(r.ResponseBytes),
		url: s.url(r), client: s.clients.put(r.Client),
		outcome: s.outcomes.put(r, s.problem), message: s.messages.put(message{r.Method, r.Proto, r.MIME}),
		status: int16(r.Status), offset: uint16(r.ID % blockSize),
	}
}

// url keeps the URL of r, and its host.
func (s *Store) url(r *exchange.Row) uint32 {
	i := s.urls.put(r.URL)
	if int(i) == len(s.hostOf) {
		s.hostOf = append(s.hostOf, s.hosts.put(strings.Clone(r.Host())))
		s.longest = max(s.longest, len(cmp.Or(r.Path(), r.URL)))
	}
	return i
}

// fill writes a row out in full.
func (s *Store) fill(full *exchange.Row, id exchange.ID, r *row) {
	if r.offset&oddBit != 0 {
		*full = *s.odd[id]
		return
	}
	full.ID, full.Status = id, int(r.status)
	full.URL, full.Client = s.urls.get(r.url), s.clients.get(r.client)
	s.fillNumbers(full, r)
	s.fillMessage(full, r.message)
	s.fillOutcome(full, r.outcome)
}

func (s *Store) fillNumbers(full *exchange.Row, r *row) {
	full.Start, full.Duration = time.Unix(0, r.start), time.Duration(r.duration)*time.Microsecond
	full.RequestBytes, full.ResponseBytes = int64(r.request), int64(r.response)
}

func (s *Store) fillMessage(full *exchange.Row, i uint32) {
	m := &s.messages.all[i]
	full.Method, full.Proto, full.MIME = m.method, m.proto, m.mime
}

func (s *Store) fillOutcome(full *exchange.Row, i uint32) {
	o := &s.outcomes.all[i]
	full.State, full.Mode, full.Synthetic = o.state, o.mode, o.synthetic
	full.FailureKind, full.FailureMessage, full.Findings = o.kind, o.message, o.findings
}
