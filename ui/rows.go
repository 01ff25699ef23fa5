package ui

import (
	"slices"
	"sort"

	"httpwhy/inspector/exchange"
)

// blockSize is how many consecutive IDs share a block: large enough that a
// million rows are a thousand blocks, small enough that an insertion into one
// moves little.
const blockSize = 1024

// rowStore keeps the rows of a capture by ID. Rows may arrive in any order: the
// newest page is loaded first and older ones behind it.
type rowStore struct {
	blocks map[exchange.ID][]exchange.Row // by ID/blockSize; each ascending
	order  []exchange.ID                  // the keys of blocks, ascending
	count  int
}

func newRowStore() *rowStore {
	return &rowStore{blocks: map[exchange.ID][]exchange.Row{}}
}

func (s *rowStore) len() int { return s.count }

// get returns the row with this ID, nil if there is none. The pointer is good
// until the next put or remove.
func (s *rowStore) get(id exchange.ID) *exchange.Row {
	block := s.blocks[id/blockSize]
	if i, found := find(block, id); found {
		return &block[i]
	}
	return nil
}

// put adds a row or replaces the one with its ID, and reports whether it is new.
func (s *rowStore) put(r exchange.Row) bool {
	key := r.ID / blockSize
	block, known := s.blocks[key]
	if !known {
		i, _ := slices.BinarySearch(s.order, key)
		s.order = slices.Insert(s.order, i, key)
	}
	i, found := find(block, r.ID)
	if found {
		block[i] = r
		return false
	}
	s.blocks[key] = slices.Insert(block, i, r)
	s.count++
	return true
}

// remove forgets a row that the capture no longer has.
func (s *rowStore) remove(id exchange.ID) {
	block := s.blocks[id/blockSize]
	if i, found := find(block, id); found {
		s.blocks[id/blockSize] = slices.Delete(block, i, i+1)
		s.count--
	}
}

// each calls f with every row in ascending order until f returns false.
func (s *rowStore) each(f func(*exchange.Row) bool) {
	for _, key := range s.order {
		block := s.blocks[key]
		for i := range block {
			if !f(&block[i]) {
				return
			}
		}
	}
}

// last is the largest ID, 0 if there is none.
func (s *rowStore) last() exchange.ID {
	for i := len(s.order) - 1; i >= 0; i-- {
		if block := s.blocks[s.order[i]]; len(block) > 0 {
			return block[len(block)-1].ID
		}
	}
	return 0
}

func find(block []exchange.Row, id exchange.ID) (int, bool) {
	// Rows mostly arrive at the end.
	if n := len(block); n == 0 || block[n-1].ID < id {
		return n, false
	}
	i := sort.Search(len(block), func(i int) bool { return block[i].ID >= id })
	return i, block[i].ID == id
}
