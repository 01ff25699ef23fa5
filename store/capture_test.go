package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"httpwhy/inspector/exchange"
)

func TestRecordAndReadAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "capture")
	c := open(t, dir, Options{SegmentBytes: 300 << 10})
	bodies := [][]byte{nil, content(1, 10), content(2, exchange.HeadSize), content(3, exchange.HeadSize+1), content(4, 3<<20+7)}
	for i, body := range bodies {
		if id := recordOne(c, "/x", body); id != exchange.ID(i+1) {
			t.Errorf("the ID is %d", id)
		}
	}
	settle(t, c)
	check := func(r Reader) {
		t.Helper()
		for i, body := range bodies {
			checkBody(t, r, exchange.ID(i+1), body)
		}
		part, err := r.ReadBody(t.Context(), 5, exchange.ResponseSide, 2<<20-5, 100_000)
		if err != nil || !bytes.Equal(part, bodies[4][2<<20-5:][:100_000]) {
			t.Errorf("a part in the middle: %d bytes, %v", len(part), err)
		}
		if past, err := r.ReadBody(t.Context(), 5, exchange.ResponseSide, 4<<20, 10); len(past) > 0 || err != nil {
			t.Errorf("past the end: %d bytes, %v", len(past), err)
		}
		rows, err := r.Rows(t.Context(), 2, 3)
		if err != nil || len(rows) != 3 || rows[0].ID != 2 || rows[2].ID != 4 || rows[0].MIME != "application/json" {
			t.Errorf("rows: %+v, %v", rows, err)
		}
		var missing *NotFoundError
		if _, err := r.Exchange(t.Context(), 99); !errors.As(err, &missing) || missing.ID != 99 {
			t.Errorf("an unknown exchange: %v", err)
		}
	}
	check(c)
	shut(t, c)
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context())
	check(r)
	again := open(t, dir, Options{})
	check(again)
	if id := again.Begin(newExchange("/next")); id != 6 {
		t.Errorf("the IDs go on with %d", id)
	}
	segments, _ := filepath.Glob(filepath.Join(dir, "segments", "*.seg"))
	if len(segments) < 5 {
		t.Errorf("only %d segments", len(segments))
	}
}

func TestOnlyTheUserCanReadACapture(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "capture")
	c := open(t, dir, Options{})
	recordOne(c, "/", content(1, 10))
	settle(t, c)
	filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		want := os.FileMode(0o600)
		if info.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		return nil
	})
}

func TestAnExchangeUnderWay(t *testing.T) {
	c := open(t, t.TempDir(), Options{})
	x := newExchange("/slow")
	v := c.Version()
	x.ID = c.Begin(x)
	rows, err := c.Rows(t.Context(), 0, 10)
	if err != nil || len(rows) != 1 || rows[0].State != exchange.Active || rows[0].URL != x.URL {
		t.Fatalf("rows: %+v, %v", rows, err)
	}
	ids, now, err := c.Changes(t.Context(), v)
	if err != nil || len(ids) != 1 || ids[0] != x.ID || now <= v {
		t.Errorf("changes: %v %d %v", ids, now, err)
	}
	body := content(1, 3*exchange.HeadSize)
	respond(c, x, body)
	x.State = exchange.Active
	c.Step(x)
	x.Response.Status = 599 // a step of the future, which nobody was told of
	settle(t, c)
	got, err := c.Exchange(t.Context(), x.ID)
	if err != nil || got.Response.Status != 200 || got.State != exchange.Active {
		t.Errorf("the exchange: %+v, %v", got, err)
	}
	part, err := c.ReadBody(t.Context(), x.ID, exchange.ResponseSide, 10, len(body))
	if err != nil || !bytes.Equal(part, body[10:]) {
		t.Errorf("its body: %d bytes, %v", len(part), err)
	}
	got.Response.Header[0].Value = "changed by the caller"
	if again, _ := c.Exchange(t.Context(), x.ID); again.Response.Header[0].Value != "application/json" {
		t.Error("what the capture returns is not the caller's own")
	}
}

func TestCloseKeepsWhatIsUnderWay(t *testing.T) {
	dir := t.TempDir()
	var committed []exchange.ID
	c := open(t, dir, Options{Committed: func(xs []*exchange.Exchange) {
		for _, x := range xs {
			committed = append(committed, x.ID)
		}
	}})
	whole, part := newExchange("/whole"), newExchange("/part")
	whole.ID, part.ID = c.Begin(whole), c.Begin(part)
	body := content(1, 3*exchange.HeadSize)
	respond(c, whole, body)
	c.Step(whole)
	// Its last step came before the head of its body was complete.
	respond(c, part, body)
	part.Response.Body.Data, part.Response.Body.Kept = body[:100], 100
	c.Step(part)
	shut(t, c)
	if len(committed) != 2 {
		t.Errorf("committed: %v", committed)
	}
	c = open(t, dir, Options{})
	checkBody(t, c, whole.ID, body)
	x, err := c.Exchange(t.Context(), part.ID)
	if err != nil || x.State != exchange.Failed || x.Failure.Kind != exchange.Interrupted {
		t.Fatalf("%+v, %v", x, err)
	}
	if b := x.Response.Body; b.Kept != 100 || !bytes.Equal(b.Data, body[:100]) {
		t.Errorf("%d bytes kept, %d in the head", b.Kept, len(b.Data))
	}
	c.End(x) // an end after the close
	if rows, _ := c.Rows(t.Context(), 0, 10); len(rows) != 2 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestFindings(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, Options{})
	id := recordOne(c, "/1", nil)
	recordOne(c, "/2", nil)
	settle(t, c)
	v := c.Version()
	found := []exchange.Finding{
		{Exchange: id, Rule: "a", Severity: exchange.SeverityWarning, Short: "w"},
		{
			Exchange: id, Rule: "b", Severity: exchange.SeverityError, Primary: true, Short: "e", Related: []exchange.ID{2},
			Evidence: []exchange.Evidence{{Exchange: id, Part: exchange.ResponseHeader, Name: "X", Value: "\xff"}},
			Fix:      exchange.Fix{Client: exchange.Advice{Text: "t", Copy: "c"}},
		},
	}
	c.PutFindings([]FindingsOf{{id, found}, {99, found}})
	settle(t, c)
	check := func(r Reader) {
		t.Helper()
		got, err := r.Findings(t.Context(), id)
		if diff := cmp.Diff(found, got); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
		rows, err := r.RowsOf(t.Context(), []exchange.ID{2, 99, id})
		if err != nil || len(rows) != 2 || rows[0].ID != 2 || len(rows[1].Findings) != 2 || rows[1].Findings[0].Rule != "b" {
			t.Errorf("rows: %+v, %v", rows, err)
		}
		if rows, _ := r.Rows(t.Context(), 0, 9); len(rows) != 2 || len(rows[0].Findings) != 2 || rows[1].Findings != nil {
			t.Errorf("rows: %+v", rows)
		}
		if none, err := r.Findings(t.Context(), 99); none != nil || err != nil {
			t.Errorf("findings of nothing: %v, %v", none, err)
		}
	}
	check(c)
	if ids, _, err := c.Changes(t.Context(), v); err != nil || ids[0] != id {
		t.Errorf("changes: %v, %v", ids, err)
	}
	shut(t, c)
	c = open(t, dir, Options{})
	check(c)
	c.PutFindings([]FindingsOf{{ID: id}})
	settle(t, c)
	if rows, _ := c.Rows(t.Context(), 0, 1); rows[0].Findings != nil {
		t.Errorf("the findings were taken back: %+v", rows)
	}
}

func TestTheWholeRecordComesBack(t *testing.T) {
	c := open(t, t.TempDir(), Options{})
	x := newExchange("/all")
	x.ID = c.Begin(x)
	respond(c, x, content(1, 100))
	x.Request.Body = exchange.Body{State: exchange.WholeBody, Size: 3, Expected: 3, Kept: 3, Data: []byte("abc")}
	x.Interim = []exchange.Message{{Status: 103, Header: exchange.Header{{Name: "Link", Value: "</a>"}}}}
	x.Frames = []exchange.Frame{{At: 1, From: exchange.ServerPeer, Type: "text", Data: []byte("hi"), Size: 2}}
	x.Notes = []string{"a note"}
	c.End(x)
	settle(t, c)
	got, err := c.Exchange(t.Context(), x.ID)
	if diff := cmp.Diff(x, got, cmpopts.EquateComparable(x.Client.Addr)); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestCommittedComesInOrderAndAfterTheCommit(t *testing.T) {
	dir := t.TempDir()
	var ids []exchange.ID
	var c *Capture
	ready := make(chan struct{})
	c = open(t, dir, Options{Committed: func(xs []*exchange.Exchange) {
		<-ready
		for _, x := range xs {
			ids = append(ids, x.ID)
			if _, err := c.exchange(x.ID); err != nil {
				t.Errorf("exchange %d is not there yet: %v", x.ID, err)
			}
			c.PutFindings([]FindingsOf{{x.ID, []exchange.Finding{{Rule: "r"}}}})
		}
	}})
	close(ready)
	a, b := newExchange("/a"), newExchange("/b")
	a.ID, b.ID = c.Begin(a), c.Begin(b)
	c.End(b)
	c.End(a)
	settle(t, c)
	if len(ids) != 2 || ids[0] != b.ID || ids[1] != a.ID {
		t.Errorf("committed in the order %v", ids)
	}
	settle(t, c)
	if rows, _ := c.Rows(t.Context(), 0, 9); len(rows) != 2 || len(rows[0].Findings) != 1 {
		t.Errorf("rows: %+v", rows)
	}
}

func TestALongPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long-", 20))
	c := open(t, dir, Options{})
	socket := c.server.Addr()
	if len(socket) > maxSocketPath || strings.HasPrefix(socket, dir) {
		t.Errorf("the socket is %s", socket)
	}
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context())
	if i, err := r.Info(t.Context()); err != nil || i.PID != os.Getpid() {
		t.Errorf("%+v, %v", i, err)
	}
	shut(t, c)
	if _, err := os.Stat(filepath.Dir(socket)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of the socket was left behind: %v", err)
	}
}

func TestAfterClose(t *testing.T) {
	c := open(t, t.TempDir(), Options{})
	shut(t, c)
	x := newExchange("/")
	x.ID = c.Begin(x)
	c.Step(x)
	if c.Spill(x.ID, exchange.ResponseSide, []byte("x")) {
		t.Error("a spill was taken")
	}
	c.End(x)
	c.PutFindings([]FindingsOf{{ID: 1}})
	if err := c.Sync(context.Background()); !errors.Is(err, errClosed) {
		t.Errorf("sync: %v", err)
	}
	if _, err := c.Exchange(t.Context(), 1); err == nil {
		t.Error("a closed capture is read")
	}
	if err := c.Close(t.Context()); err != nil {
		t.Errorf("a second close: %v", err)
	}
}
