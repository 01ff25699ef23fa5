package record

import (
	"bytes"
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// keeper keeps what it is told, and refuses spills once it took refuseAfter.
type keeper struct {
	mu          sync.Mutex
	refuseAfter int
	begun       int
	spilt       map[exchange.Side][]byte
	steps       []exchange.Exchange
	responses   []exchange.Message
	ended       []*exchange.Exchange
}

func (k *keeper) Begin(x *exchange.Exchange) exchange.ID {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.begun++
	return exchange.ID(k.begun)
}

func (k *keeper) Step(x *exchange.Exchange) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.steps = append(k.steps, *x)
	if x.Response != nil {
		k.responses = append(k.responses, *x.Response)
	}
}

func (k *keeper) Spill(_ exchange.ID, side exchange.Side, p []byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.spilt == nil {
		k.spilt = map[exchange.Side][]byte{}
	}
	if k.refuseAfter > 0 && len(k.spilt[side])+len(p) > k.refuseAfter {
		return false
	}
	k.spilt[side] = append(k.spilt[side], p...)
	Recycle(p)
	return true
}

func (k *keeper) End(x *exchange.Exchange) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ended = append(k.ended, x)
}

func content(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	return b
}

func TestBody(t *testing.T) {
	const head = exchange.HeadSize
	for _, test := range []struct {
		name        string
		size        int
		limit       int64
		refuseAfter int
		ended       bool
		expected    int64
		state       exchange.BodyState
		kept        int64
	}{
		{"none", 0, -1, 0, true, -1, exchange.NoBody, 0},
		{"none came and none was announced", 0, -1, 0, false, -1, exchange.NoBody, 0},
		{"announced, none came", 0, -1, 0, false, 5, exchange.InterruptedBody, 0},
		{"announced, ended without, as for HEAD", 0, -1, 0, true, 5, exchange.NoBody, 0},
		{"small", 10, -1, 0, true, 10, exchange.WholeBody, 10},
		{"small, cut off", 10, -1, 0, false, 20, exchange.InterruptedBody, 10},
		{"small, limited", 10, 4, 0, true, 10, exchange.CutBody, 4},
		{"small, limit 0", 10, 0, 0, true, 10, exchange.UnrecordedBody, 0},
		{"exactly the limit", 10, 10, 0, true, 10, exchange.WholeBody, 10},
		{"exactly the head", head, -1, 0, true, -1, exchange.WholeBody, head},
		{"one byte spilt", head + 1, -1, 0, true, -1, exchange.WholeBody, head + 1},
		{"large", 5*head + 3, -1, 0, true, -1, exchange.WholeBody, 5*head + 3},
		{"large, limit in the spill", 5*head + 3, 2*head + 9, 0, true, -1, exchange.CutBody, 2*head + 9},
		{"large, limit in the head", 5 * head, 100, 0, true, -1, exchange.CutBody, 100},
		{"shed", 5 * head, -1, 2 * head, true, -1, exchange.CutBody, 3 * head},
		{"shed at once", 5 * head, -1, 1, true, -1, exchange.CutBody, head},
	} {
		for _, chunk := range []int{1 << 20, 16 << 10, 1000} {
			k := &keeper{refuseAfter: test.refuseAfter}
			x := &exchange.Exchange{Start: time.Now(), Response: &exchange.Message{Body: exchange.Body{Expected: test.expected}}}
			d := Begin(k, x, test.limit)
			all := content(test.size)
			for rest := all; len(rest) > 0; {
				n := min(chunk, len(rest))
				p := bytes.Clone(rest[:n])
				d.Body(exchange.ResponseSide, p)
				clear(p)
				rest = rest[n:]
			}
			if test.ended {
				d.BodyEnd(exchange.ResponseSide)
			}
			if got := d.BodyGot(exchange.ResponseSide); got != int64(test.size) {
				t.Errorf("%s: got %d bytes", test.name, got)
			}
			d.End(nil)
			b := x.Response.Body
			if b.State != test.state || b.Kept != test.kept || b.Size != int64(test.size) {
				t.Errorf("%s by %d: %s, %d of %d bytes, want %s, %d", test.name, chunk, b.State, b.Kept, b.Size, test.state, test.kept)
			}
			kept := append(bytes.Clone(b.Data), k.spilt[exchange.ResponseSide]...)
			if !bytes.Equal(kept, all[:test.kept]) || len(b.Data) > head {
				t.Errorf("%s by %d: the %d bytes kept are not the first ones", test.name, chunk, len(kept))
			}
			want := sha256.Sum256(all)
			if b.State == exchange.NoBody || test.size == 0 {
				want = [32]byte{}
			}
			if b.SHA256 != want {
				t.Errorf("%s by %d: digest %x, want %x", test.name, chunk, b.SHA256, want)
			}
		}
	}
}

func TestDraftSteps(t *testing.T) {
	k := &keeper{}
	x := &exchange.Exchange{Start: time.Now(), URL: "http://a.test/"}
	d := Begin(k, x, -1)
	if d.ID() != 1 || x.ID != 1 || x.State != exchange.Active || d.Ended() {
		t.Fatalf("after Begin: %+v", x)
	}
	d.Body(exchange.RequestSide, []byte("abc"))
	d.BodyEnd(exchange.RequestSide)
	d.Step(func(x *exchange.Exchange) {
		x.Response = &exchange.Message{Status: 200, Body: exchange.Body{Expected: 9}}
	})
	d.Body(exchange.ResponseSide, []byte("12345"))
	d.Update(func(x *exchange.Exchange) { x.Notes = []string{"n"} })
	d.Step(func(*exchange.Exchange) {})
	d.Body(exchange.ResponseSide, []byte("6789"))
	if len(k.steps) != 2 {
		t.Fatalf("%d steps", len(k.steps))
	}
	if b := k.steps[0].Request.Body; b.State != exchange.WholeBody || b.Size != 3 {
		t.Errorf("request body in the first step: %+v", b)
	}
	if b := k.responses[1].Body; b.State != exchange.InterruptedBody || string(b.Data) != "12345" || b.Size != 5 {
		t.Errorf("response body in the second step: %+v", b)
	}
	d.End(func(x *exchange.Exchange) { x.Failure = &exchange.Failure{Kind: exchange.BodyTruncated} })
	if x.State != exchange.Failed || x.Response.Body.State != exchange.InterruptedBody || len(x.Notes) != 1 {
		t.Errorf("after End: %+v", x)
	}
	d.End(nil)
	d.Step(func(x *exchange.Exchange) { t.Error("a step after End") })
	d.Update(func(x *exchange.Exchange) { t.Error("an update after End") })
	d.Body(exchange.ResponseSide, []byte("late"))
	if len(k.ended) != 1 || !d.Ended() || x.Response.Body.Size != 9 {
		t.Errorf("%d ends, %+v", len(k.ended), x.Response.Body)
	}
}

func TestDraftFromTwoGoroutines(t *testing.T) {
	k := &keeper{}
	x := &exchange.Exchange{Start: time.Now(), Response: &exchange.Message{}}
	d := Begin(k, x, -1)
	var both sync.WaitGroup
	for _, side := range []exchange.Side{exchange.RequestSide, exchange.ResponseSide} {
		both.Go(func() {
			for range 100 {
				d.Body(side, content(1000))
				d.Step(func(x *exchange.Exchange) { x.Timing.FirstByte = d.Since(time.Now()) })
			}
			d.BodyEnd(side)
		})
	}
	both.Wait()
	d.End(nil)
	if x.Request.Body.Size != 100_000 || x.Response.Body.SHA256 != x.Request.Body.SHA256 || x.State != exchange.Complete {
		t.Errorf("%+v\n%+v", x.Request.Body.Size, x.Response.Body.Size)
	}
}

func TestDiscard(t *testing.T) {
	d := Begin(Discard{}, &exchange.Exchange{Start: time.Now(), Response: &exchange.Message{}}, -1)
	d.Body(exchange.ResponseSide, content(200_000))
	d.Step(func(*exchange.Exchange) {})
	d.End(func(x *exchange.Exchange) {
		if x.ID != 0 {
			t.Errorf("ID %d", x.ID)
		}
	})
}
