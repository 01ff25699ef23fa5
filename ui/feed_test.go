package ui

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// collect runs a feed until enough says so of what it has delivered so far.
func collect(t *testing.T, s Source, enough func(map[exchange.ID]bool, []batch) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	have, all := map[exchange.ID]bool{}, []batch{}
	f := &feed{source: s, tick: time.Millisecond, deliver: func(b batch) {
		for id := range have {
			if b.from <= id && id < b.to {
				delete(have, id)
			}
		}
		for _, r := range b.rows {
			have[r.ID] = true
		}
		for _, id := range b.gone {
			delete(have, id)
		}
		all = append(all, b)
		if enough(have, all) {
			cancel()
		}
	}}
	f.run(ctx)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Fatalf("the feed delivered %d batches with %d rows", len(all), len(have))
	}
}

func manyExchanges(n int) *fakeSource {
	s := newFakeSource()
	for i := 1; i <= n; i++ {
		s.put(&exchange.Exchange{ID: exchange.ID(i), State: exchange.Complete, URL: "http://a/"})
	}
	return s
}

func TestFeedLoadsTheNewestPageFirst(t *testing.T) {
	const n = 2*pageSize + 100
	collect(t, manyExchanges(n), func(have map[exchange.ID]bool, all []batch) bool {
		first := all[0]
		if len(first.rows) != firstPage || first.rows[0].ID != n-firstPage+1 || first.from != n-firstPage+1 || first.to != math.MaxUint64 || !first.loading {
			t.Fatalf("the first batch has %d rows from %d", len(first.rows), first.rows[0].ID)
		}
		return len(have) == n && !all[len(all)-1].loading
	})
}

func TestFeedOfACaptureWithGaps(t *testing.T) {
	s := manyExchanges(3000)
	for id := exchange.ID(1); id < 2900; id++ {
		if id%97 != 0 {
			delete(s.all, id)
		}
	}
	collect(t, s, func(have map[exchange.ID]bool, _ []batch) bool { return len(have) == len(s.all) })
}

func TestFeedDeliversChanges(t *testing.T) {
	s := manyExchanges(3)
	step := 0
	collect(t, s, func(have map[exchange.ID]bool, all []batch) bool {
		switch {
		case step == 0 && len(have) == 3:
			step = 1
			s.put(&exchange.Exchange{ID: 4})
			s.remove(1)
		case step == 1 && len(have) == 3 && have[4]:
			step = 2
			s.mu.Lock()
			s.version += 10
			s.forgotten = s.version
			delete(s.all, 2)
			s.mu.Unlock()
		case step == 2 && all[len(all)-1].to > 0:
			return len(have) == 2
		}
		return false
	})
}

func TestFeedOfNothingThenSomething(t *testing.T) {
	s := newFakeSource()
	collect(t, s, func(have map[exchange.ID]bool, all []batch) bool {
		if len(all) == 1 {
			s.put(&exchange.Exchange{ID: 1})
		}
		return len(have) == 1
	})
}

// failing fails until it has been asked often enough.
type failing struct {
	*fakeSource
	times int
}

func (f *failing) Rows(ctx context.Context, from exchange.ID, limit int) ([]exchange.Row, error) {
	if f.times--; f.times >= 0 {
		return nil, errors.New("disk gone")
	}
	return f.fakeSource.Rows(ctx, from, limit)
}

func TestFeedTriesAgain(t *testing.T) {
	collect(t, &failing{manyExchanges(3), 2}, func(have map[exchange.ID]bool, all []batch) bool {
		if len(all) <= 2 && all[len(all)-1].err == nil {
			t.Fatal("an error was kept quiet")
		}
		return len(have) == 3
	})
}

func TestLastID(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 255, 256, 257, 1000} {
		if got, err := lastID(t.Context(), manyExchanges(n)); err != nil || got != exchange.ID(n) {
			t.Errorf("of %d: %d, %v", n, got, err)
		}
	}
	gap := newFakeSource(&exchange.Exchange{ID: 900000}, &exchange.Exchange{ID: 1234567})
	if got, err := lastID(t.Context(), gap); err != nil || got != 1234567 {
		t.Errorf("got %d, %v", got, err)
	}
}
