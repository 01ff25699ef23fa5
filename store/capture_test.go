package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"httpwhy/inspector/exchange"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, dir string, committed func([]*exchange.Exchange)) *Capture {
	t.Helper()
	c, err := Open(dir, Options{Committed: committed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// sample is an exchange with a response body of n bytes, and the body.
func sample(n int) (*exchange.Exchange, []byte) {
	body := bytes.Repeat([]byte{'a', 0xff}, n/2+1)[:n]
	return &exchange.Exchange{
		State: exchange.Active, Mode: exchange.Forward, Start: time.Unix(1700000000, 5).UTC(),
		URL: "http://h.test/\xff", Request: exchange.Message{
			Method: "GET", Target: "/\xff", Proto: "HTTP/1.1", Header: exchange.Header{{Name: "X-\xe9", Value: "\x80"}, {Name: "Empty", Value: ""}},
			Body: exchange.Body{State: exchange.NoBody},
		},
		Response: &exchange.Message{Status: 200, Reason: "OK", Proto: "HTTP/1.1"},
		Timing:   exchange.Timing{FirstByte: 5, End: 9},
	}, body
}

// play records x with its body as the proxy would.
func play(c *Capture, x *exchange.Exchange, body []byte) {
	x.ID = c.Begin(x)
	head := body[:min(len(body), exchange.HeadSize)]
	rest := body[len(head):]
	kept := len(head)
	for len(rest) > 0 {
		n := min(len(rest), 64<<10)
		if !c.Spill(x.ID, exchange.ResponseSide, bytes.Clone(rest[:n])) {
			break
		}
		kept += n
		rest = rest[n:]
	}
	x.State = exchange.Complete
	x.Response.Body = exchange.Body{State: exchange.WholeBody, Size: int64(len(body)), Kept: int64(kept), Data: head, SHA256: [32]byte{1}}
	c.End(x)
}

func TestWhatWasRecordedIsReadBack(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	c := open(t, dir, nil)
	want := map[exchange.ID][]byte{}
	records := map[exchange.ID]*exchange.Exchange{}
	for _, n := range []int{0, 1, 1000, exchange.HeadSize, exchange.HeadSize + 1, 300_000} {
		x, body := sample(n)
		play(c, x, body)
		want[x.ID], records[x.ID] = body, x
	}
	c.PutFindings([]FindingsOf{{1, []exchange.Finding{{Exchange: 1, Rule: "r", Severity: exchange.SeverityError, Short: "s", Primary: true, Related: []exchange.ID{2}}}}})
	if err := c.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	check := func(name string, r Reader) {
		t.Run(name, func(t *testing.T) {
			rows, err := r.Rows(ctx, 2, 3)
			if err != nil || len(rows) != 3 || rows[0].ID != 2 || rows[2].ID != 4 {
				t.Fatalf("%v %+v", err, rows)
			}
			for id, body := range want {
				x, err := r.Exchange(ctx, id)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(records[id].Request, x.Request); d != "" {
					t.Error(d)
				}
				var got []byte
				for {
					p, err := r.ReadBody(ctx, id, exchange.ResponseSide, int64(len(got)), 100_001)
					if err != nil {
						t.Fatal(err)
					}
					if len(p) == 0 {
						break
					}
					got = append(got, p...)
				}
				if !bytes.Equal(got, body) || !bytes.Equal(x.Response.Body.Data, body[:min(len(body), exchange.HeadSize)]) {
					t.Errorf("exchange %d: %d bytes of body, want %d", id, len(got), len(body))
				}
			}
			rows, err = r.RowsOf(ctx, []exchange.ID{1, 99})
			if err != nil || len(rows) != 1 || len(rows[0].Findings) != 1 || rows[0].Findings[0].Rule != "r" {
				t.Errorf("%v %+v", err, rows)
			}
			fs, err := r.Findings(ctx, 1)
			if err != nil || len(fs) != 1 || fs[0].Related[0] != 2 {
				t.Errorf("%v %+v", err, fs)
			}
			if _, err := r.Exchange(ctx, 99); !errors.As(err, new(*NotFoundError)) {
				t.Error(err)
			}
		})
	}
	check("owner", c)
	remote, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer remote.Close(ctx)
	check("over the socket", remote)
	if info, err := remote.Info(ctx); err != nil || info.PID == 0 {
		t.Errorf("%v %+v", err, info)
	}
	before := remote.Version()
	if err := c.Close(ctx); err != nil {
		t.Fatal(err)
	}
	check("from the files after the owner went", remote)
	if remote.Version() <= before {
		t.Error("the version does not tell that the owner went")
	}
	if _, _, err := remote.Changes(ctx, before); !errors.Is(err, ErrTooOld) {
		t.Error(err)
	}
	again := open(t, dir, nil)
	x, body := sample(10)
	play(again, x, body)
	if x.ID != 7 {
		t.Errorf("the next ID is %d", x.ID)
	}
	want[7], records[7] = body, x
	if err := again.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	check("with a new owner", remote)
}

func TestASecondOwnerIsRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, nil)
	_, err := Open(dir, Options{})
	var busy *BusyError
	if !errors.As(err, &busy) || busy.PID == 0 {
		t.Errorf("%v", err)
	}
}

func TestUnderWayIsSeenAndInterrupted(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	c := open(t, dir, nil)
	x, _ := sample(0)
	before := c.Version()
	x.ID = c.Begin(x)
	ids, _, err := c.Changes(ctx, before)
	if err != nil || len(ids) != 1 || ids[0] != x.ID {
		t.Errorf("%v %v", ids, err)
	}
	if rows, err := c.Rows(ctx, 1, 10); err != nil || len(rows) != 1 || rows[0].State != exchange.Active {
		t.Errorf("%v %+v", err, rows)
	}
	if err := c.Close(ctx); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Exchange(ctx, x.ID)
	if err != nil || got.Failure == nil || got.Failure.Kind != exchange.Interrupted {
		t.Errorf("%v %+v", err, got)
	}
}

func BenchmarkRecord(b *testing.B) {
	c, err := Open(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close(context.Background())
	b.ReportAllocs()
	for b.Loop() {
		x, body := sample(1024)
		play(c, x, body)
	}
	if err := c.Sync(context.Background()); err != nil {
		b.Fatal(err)
	}
	info, _ := c.Info(context.Background())
	b.ReportMetric(float64(info.Shed), "shed")
	_ = fmt.Sprint()
}
