package inspector

import (
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

func TestWindowIsBounded(t *testing.T) {
	w := newWindow[int]()
	at := func(i int) *exchange.Exchange {
		return &exchange.Exchange{ID: exchange.ID(i), Start: time.Unix(int64(i), 0), Request: exchange.Message{Body: exchange.Body{Data: make([]byte, 100)}}}
	}
	for i := range 2 * maxPerKey {
		w.add(1, at(i))
	}
	if xs := w.get(1); len(xs) != maxPerKey || xs[0].ID != maxPerKey {
		t.Errorf("%d exchanges from %d", len(xs), xs[0].ID)
	}
	if w.bytes != maxPerKey*100 {
		t.Errorf("%d bytes", w.bytes)
	}
	for i := range maxKeys + 10 {
		w.add(i+2, at(i))
	}
	if w.get(1) != nil || w.recent.Len() != maxKeys || len(w.entries) != maxKeys || w.bytes != maxKeys*100 {
		t.Errorf("%d keys, %d bytes", w.recent.Len(), w.bytes)
	}
	big := &exchange.Exchange{ID: 1, Request: exchange.Message{Body: exchange.Body{Data: make([]byte, maxBytes+1)}}}
	w.add(-1, big)
	if w.recent.Len() != 1 || w.get(-1) == nil {
		t.Errorf("%d keys are left beside one that is too large", w.recent.Len())
	}
}

func TestWindowReplacesAnEarlierState(t *testing.T) {
	w := newWindow[int]()
	w.add(1, &exchange.Exchange{ID: 1, URL: "a"})
	w.add(1, &exchange.Exchange{ID: 1, URL: "b"})
	if xs := w.get(1); len(xs) != 1 || xs[0].URL != "b" {
		t.Errorf("got %v", xs)
	}
}
