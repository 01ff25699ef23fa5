package store

import (
	"testing"

	"go.etcd.io/bbolt"

	"httpwhy/inspector/exchange"
)

func withBody(id exchange.ID, n int) *exchange.Exchange {
	x := newExchange("/")
	x.ID = id
	respond(nil, x, content(1, n))
	return x
}

func TestAFullQueueShedsBodiesNotExchanges(t *testing.T) {
	q := newQueue(1000)
	if !q.spill(1, exchange.ResponseSide, make([]byte, 700)) || q.spill(1, exchange.ResponseSide, make([]byte, 51)) {
		t.Error("pieces may take three quarters of the room")
	}
	for n, test := range []struct {
		size int
		kept bool
	}{{250, true}, {100, false}, {50, true}, {1, false}, {0, true}} {
		x := withBody(exchange.ID(n), test.size)
		got, ok := q.admit(x)
		if !ok || (got == x) != test.kept {
			t.Errorf("a body of %d bytes: admitted %v, kept %v", test.size, ok, got == x)
		}
		if b := got.Response.Body; !test.kept && (b.State != exchange.UnrecordedBody || b.Data != nil || b.Kept != 0 || b.Size != int64(test.size)) {
			t.Errorf("shed: %+v", b)
		}
		if len(x.Response.Body.Data) != test.size {
			t.Error("the recorder's exchange was changed")
		}
		q.add(item{x: got}, false)
	}
	if pieces, items := q.takeAll(); len(pieces) != 1 || len(items) != 5 {
		t.Errorf("%d pieces, %d items", len(pieces), len(items))
	}
	// What the writer has in hand counts until it says that it is done.
	if q.spill(2, exchange.ResponseSide, make([]byte, 10)) {
		t.Error("there was room for a piece while the writer holds a full load")
	}
	q.hold(0)
	if !q.spill(2, exchange.ResponseSide, make([]byte, 10)) {
		t.Error("there was no room in an empty queue")
	}
	q.close()
	if _, ok := q.admit(withBody(9, 0)); ok || q.spill(2, exchange.ResponseSide, []byte("x")) || q.add(item{}, true) {
		t.Error("a closed queue takes something")
	}
}

func TestAHangingDisk(t *testing.T) {
	q := newQueue(1000)
	q.ended = maxEnded
	if _, ok := q.admit(withBody(1, 0)); ok {
		t.Error("the queue is unbounded")
	}
}

func TestShed(t *testing.T) {
	body := func(state exchange.BodyState) exchange.Body {
		return exchange.Body{State: state, Size: 10, Kept: 10, Data: make([]byte, 6)}
	}
	for _, test := range []struct {
		before exchange.Body
		kept   int64
		state  exchange.BodyState
		data   int
	}{
		{body(exchange.WholeBody), 10, exchange.WholeBody, 6},
		{body(exchange.WholeBody), 8, exchange.CutBody, 6},
		{body(exchange.WholeBody), 4, exchange.CutBody, 4},
		{body(exchange.WholeBody), 0, exchange.UnrecordedBody, 0},
		{body(exchange.CutBody), 0, exchange.UnrecordedBody, 0},
		{body(exchange.InterruptedBody), 0, exchange.InterruptedBody, 0},
		{exchange.Body{State: exchange.NoBody}, 0, exchange.NoBody, 0},
	} {
		b := test.before
		shed(&b, test.kept)
		if b.State != test.state || len(b.Data) != test.data || b.Kept > test.kept {
			t.Errorf("%s shed to %d: %+v", test.before.State, test.kept, b)
		}
	}
}

// TestBodiesAreShedUnderLoad: whatever is shed, each exchange is there, and says
// truly what is kept of its body.
func TestBodiesAreShedUnderLoad(t *testing.T) {
	c := open(t, t.TempDir(), Options{QueueBytes: 400 << 10})
	const n = 200
	for i := range n {
		recordOne(c, "/", content(i, 200_000))
	}
	settle(t, c)
	i, err := c.Info(t.Context())
	if err != nil || i.Exchanges != n || i.BodiesShed == 0 || i.Lost != 0 {
		t.Errorf("%+v, %v", i, err)
	}
	for id := exchange.ID(1); id <= n; id++ {
		x, err := c.Exchange(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		b := x.Response.Body
		got, err := c.ReadBody(t.Context(), id, exchange.ResponseSide, 0, 1<<20)
		if err != nil || int64(len(got)) != b.Kept || string(got) != string(content(int(id)-1, 200_000)[:b.Kept]) {
			t.Errorf("exchange %d: %d bytes read, %d kept, %v", id, len(got), b.Kept, err)
		}
		if (b.State == exchange.WholeBody) != (b.Kept == b.Size) || (b.State == exchange.UnrecordedBody) != (b.Kept == 0) {
			t.Errorf("exchange %d: %s with %d of %d", id, b.State, b.Kept, b.Size)
		}
	}
}

func TestPiecesAreGivenBack(t *testing.T) {
	back := 0
	c := open(t, t.TempDir(), Options{Recycle: func(p []byte) { back += len(p) }})
	recordOne(c, "/", content(1, exchange.HeadSize+100_000))
	settle(t, c)
	if back != 100_000 {
		t.Errorf("%d bytes came back", back)
	}
}

// TestPiecesAreWrittenWhileACommitWaits: a slow commit costs no body, however
// much comes meanwhile.
func TestPiecesAreWrittenWhileACommitWaits(t *testing.T) {
	const pieces, size = 50, 100_000
	back := make(chan int, pieces)
	c := open(t, t.TempDir(), Options{QueueBytes: 4 * size, Recycle: func(p []byte) { back <- len(p) }})
	x := newExchange("/big")
	x.ID = c.Begin(x)
	err := c.db.update(func(*bbolt.Tx) error { // the one transaction that may write
		recordOne(c, "/small", content(1, 10))
		for range pieces {
			if !c.Spill(x.ID, exchange.ResponseSide, make([]byte, size)) {
				t.Error("a piece was shed")
			}
			<-back
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	settle(t, c)
	if i, err := c.Info(t.Context()); err != nil || i.BodiesShed != 0 || i.Exchanges != 1 {
		t.Errorf("%+v, %v", i, err)
	}
}
