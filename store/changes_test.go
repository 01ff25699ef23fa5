package store

import (
	"context"
	"errors"
	"slices"
	"testing"

	"httpwhy/inspector/exchange"
)

func TestChanges(t *testing.T) {
	c := newChanges()
	if _, v, err := c.since(0); !errors.Is(err, ErrTooOld) || v != 1 {
		t.Errorf("before everything: %d, %v", v, err)
	}
	if ids, v, err := c.since(1); len(ids) > 0 || v != 1 || err != nil {
		t.Errorf("nothing happened: %v, %d, %v", ids, v, err)
	}
	c.add(7, 3)
	c.add(7)
	if ids, v, err := c.since(1); !slices.Equal(ids, []exchange.ID{3, 7}) || v != 4 || err != nil {
		t.Errorf("%v, %d, %v", ids, v, err)
	}
	if ids, _, _ := c.since(3); !slices.Equal(ids, []exchange.ID{7}) {
		t.Errorf("%v", ids)
	}
	for id := range exchange.ID(changesKept) {
		c.add(id + 100)
	}
	if _, _, err := c.since(3); !errors.Is(err, ErrTooOld) {
		t.Errorf("more than is kept: %v", err)
	}
	if ids, _, err := c.since(4); len(ids) != changesKept || ids[0] != 100 || err != nil {
		t.Errorf("all that is kept: %d, %v", len(ids), err)
	}
	if ids, _, err := c.since(1 << 40); len(ids) > 0 || err != nil {
		t.Errorf("the future: %v, %v", ids, err)
	}
}

func TestWaitForAChange(t *testing.T) {
	c := newChanges()
	woken := make(chan uint64)
	for range 3 {
		go func() {
			v, _ := c.wait(context.Background(), 1)
			woken <- v
		}()
	}
	c.add(1)
	for range 3 {
		if v := <-woken; v != 2 {
			t.Errorf("woken at version %d", v)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := c.wait(ctx, 2); v != 2 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d, %v", v, err)
	}
}
