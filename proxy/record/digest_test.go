package record

import (
	"crypto/sha256"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

func TestBudget(t *testing.T) {
	now := time.Now()
	b := &budget{rate: 100, burst: 1000, left: 1000, at: now}
	if !b.has(5000, now) || !b.take(900, now) || b.has(101, now) || !b.has(100, now) {
		t.Error("a full budget lets any body begin, one that is nearly spent a small one")
	}
	if b.take(101, now) || !b.take(100, now) || b.take(1, now) {
		t.Error("more was spent than there is")
	}
	if later := now.Add(3 * time.Second); b.take(301, later) || !b.take(300, later) {
		t.Error("it does not grow as its rate says")
	}
	if later := now.Add(time.Hour); b.take(1001, later) || !b.take(1000, later) {
		t.Error("it grows beyond its burst")
	}
}

func TestDigestIsGivenUpForGood(t *testing.T) {
	saved := digests
	defer func() { digests = saved }()
	for name, test := range map[string]struct {
		left     int64
		expected int64
		whole    bool
	}{
		"enough":         {1 << 20, -1, true},
		"too little":     {100 << 10, -1, false},
		"known too long": {1 << 20, 2 << 20, false},
	} {
		digests = &budget{burst: 4 << 20, left: test.left, at: time.Now()}
		all := content(500 << 10)
		b := body{recorder: Discard{}, side: exchange.ResponseSide}
		for p := all; len(p) > 0; p = p[min(len(p), 10_000):] {
			b.write(p[:min(len(p), 10_000)], test.expected)
		}
		digests.left = 1 << 30 // what comes later cannot mend it
		b.write(nil, test.expected)
		b.ended = true
		var got exchange.Body
		b.finish(&got)
		want := [sha256.Size]byte{}
		if test.whole {
			want = sha256.Sum256(all)
		}
		if got.SHA256 != want || got.Size != int64(len(all)) {
			t.Errorf("%s: digest %x, want %x", name, got.SHA256, want)
		}
	}
}
