package ui

import (
	"testing"

	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
)

func TestRowStoreKeepsRowsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newRowStore()
		model := map[exchange.ID]int{}
		ids := rapid.SliceOfN(rapid.Uint64Range(1, 5000), 0, 200).Draw(t, "ids")
		for i, id := range ids {
			id := exchange.ID(id)
			if i%7 == 6 {
				s.remove(id)
				delete(model, id)
				continue
			}
			_, known := model[id]
			if isNew := s.put(exchange.Row{ID: id, Status: i}); isNew == known {
				t.Fatalf("put(%d) = %v", id, isNew)
			}
			model[id] = i
		}
		if s.len() != len(model) {
			t.Fatalf("len = %d, want %d", s.len(), len(model))
		}
		previous, seen := exchange.ID(0), 0
		s.each(func(r *exchange.Row) bool {
			if r.ID <= previous || model[r.ID] != r.Status || s.get(r.ID).ID != r.ID {
				t.Fatalf("row %+v after %d", r, previous)
			}
			previous = r.ID
			seen++
			return true
		})
		if seen != len(model) || s.last() != previous || s.get(6000) != nil {
			t.Fatalf("saw %d rows, last %d", seen, s.last())
		}
	})
}
