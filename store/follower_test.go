package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

func reader(t testing.TB, dir string) Reader {
	t.Helper()
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background()) })
	return r
}

func TestAReaderFollowsItsOwner(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, Options{})
	r := reader(t, dir)
	v := r.Version()
	waited := make(chan uint64)
	go func() {
		now, _ := r.Wait(context.Background(), v)
		waited <- now
	}()
	id := recordOne(c, "/", content(1, 3<<20))
	if now := <-waited; now <= v {
		t.Errorf("waited from %d to %d", v, now)
	}
	settle(t, c)
	ids, now, err := r.Changes(t.Context(), v)
	if err != nil || len(ids) != 1 || ids[0] != id || now != r.Version() {
		t.Errorf("%v, %d, %v", ids, now, err)
	}
	if _, _, err := r.Changes(t.Context(), 0); !errors.Is(err, ErrTooOld) {
		t.Errorf("%v", err)
	}
	checkBody(t, r, id, content(1, 3<<20))
	c.PutFindings([]FindingsOf{{id, []exchange.Finding{{Rule: "r"}}}})
	settle(t, c)
	if found, err := r.Findings(t.Context(), id); err != nil || len(found) != 1 || found[0].Rule != "r" {
		t.Errorf("%+v, %v", found, err)
	}
	var missing *NotFoundError
	if _, err := r.Exchange(t.Context(), 77); !errors.As(err, &missing) || missing.ID != 77 {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.Wait(ctx, r.Version()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("wait for nothing: %v", err)
	}
}

func TestManyRowsThroughTheSocket(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, Options{})
	const n = 2*maxRowsReply + 10
	ids := make([]exchange.ID, 0, n)
	for range n {
		ids = append(ids, recordOne(c, "/", nil))
	}
	settle(t, c)
	r := reader(t, dir)
	for name, read := range map[string]func() ([]exchange.Row, error){
		"rows":    func() ([]exchange.Row, error) { return r.Rows(t.Context(), 0, 1<<20) },
		"rows of": func() ([]exchange.Row, error) { return r.RowsOf(t.Context(), ids) },
	} {
		rows, err := read()
		if err != nil || len(rows) != n || rows[n-1].ID != n {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
	}
	if rows, _ := r.Rows(t.Context(), 5, maxRowsReply+1); len(rows) != maxRowsReply+1 || rows[0].ID != 5 {
		t.Errorf("%d rows", len(rows))
	}
}

// TestReadersLeaveRoomForAnOwner: a reader of files notices who begins to record.
func TestReadersLeaveRoomForAnOwner(t *testing.T) {
	dir := t.TempDir()
	shut(t, open(t, dir, Options{}))
	r := reader(t, dir)
	other := reader(t, dir)
	if i, err := r.Info(t.Context()); err != nil || i.PID != 0 {
		t.Errorf("%+v, %v", i, err)
	}
	v := r.Version()
	if ids, now, err := r.Changes(t.Context(), v); len(ids) > 0 || now != v || err != nil {
		t.Errorf("nothing happened: %v, %d, %v", ids, now, err)
	}
	waited := make(chan error)
	go func() {
		_, err := r.Wait(context.Background(), v)
		waited <- err
	}()
	c := open(t, dir, Options{})
	id := recordOne(c, "/", nil)
	settle(t, c)
	if err := <-waited; err != nil {
		t.Error(err)
	}
	if _, _, err := r.Changes(t.Context(), v); !errors.Is(err, ErrTooOld) {
		t.Errorf("%v", err)
	}
	for _, r := range []Reader{r, other} {
		if rows, err := r.Rows(t.Context(), 0, 9); err != nil || len(rows) != 1 || rows[0].ID != id {
			t.Errorf("%+v, %v", rows, err)
		}
	}
	shut(t, c)
	if _, err := r.Rows(t.Context(), 0, 9); !errors.Is(err, ErrOwnerGone) {
		t.Errorf("%v", err)
	}
	if rows, err := r.Rows(t.Context(), 0, 9); err != nil || len(rows) != 1 {
		t.Errorf("%+v, %v", rows, err)
	}
	r.Close(t.Context())
	if _, err := r.Rows(t.Context(), 0, 9); !errors.Is(err, errClosed) {
		t.Errorf("%v", err)
	}
}
