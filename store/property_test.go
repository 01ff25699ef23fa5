package store

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
)

// model is what a capture must hold.
type model struct {
	bodies   map[exchange.ID][]byte
	findings map[exchange.ID][]string
	active   map[exchange.ID]*exchange.Exchange
	last     exchange.ID
}

func (m *model) ids() []exchange.ID {
	var ids []exchange.ID
	for id := range m.bodies {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// TestAnySequenceOfOperations compares a capture with a model of it, through
// closing and opening, and through a copy of its files at any moment, which is
// what a crash leaves behind.
func TestAnySequenceOfOperations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "capture")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		options := Options{SegmentBytes: 100 << 10}
		c, err := Open(dir, options)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { c.Close(context.Background()) }()
		m := &model{bodies: map[exchange.ID][]byte{}, findings: map[exchange.ID][]string{}, active: map[exchange.ID]*exchange.Exchange{}}
		durable := func() {
			if err := c.Sync(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"begin": func(t *rapid.T) {
				x := newExchange("/")
				x.ID = c.Begin(x)
				if x.ID <= m.last {
					t.Fatalf("the ID %d comes after %d", x.ID, m.last)
				}
				m.last, m.active[x.ID] = x.ID, x
			},
			"end": func(t *rapid.T) {
				if len(m.active) == 0 {
					t.Skip("none is under way")
				}
				id := rapid.SampledFrom(sortedKeys(m.active)).Draw(t, "id")
				size := rapid.SampledFrom([]int{0, 1, 1000, exchange.HeadSize, exchange.HeadSize + 1, 300_000}).Draw(t, "size")
				body := content(int(id), size)
				respond(c, m.active[id], body)
				c.End(m.active[id])
				delete(m.active, id)
				m.bodies[id] = body
			},
			"find": func(t *rapid.T) {
				durable()
				if len(m.bodies) == 0 {
					t.Skip("there is none")
				}
				id := rapid.SampledFrom(m.ids()).Draw(t, "id")
				rules := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b"}), 0, 2).Draw(t, "rules")
				found := make([]exchange.Finding, 0, len(rules))
				for _, r := range rules {
					found = append(found, exchange.Finding{Exchange: id, Rule: r})
				}
				c.PutFindings([]FindingsOf{{id, found}})
				m.findings[id] = rules
			},
			"reopen": func(t *rapid.T) {
				if err := c.Close(context.Background()); err != nil {
					t.Fatal(err)
				}
				for id := range m.active { // interrupted
					m.bodies[id] = nil
				}
				clear(m.active)
				if c, err = Open(dir, options); err != nil {
					t.Fatal(err)
				}
			},
			"crash": func(t *rapid.T) {
				durable()
				copied, err := os.MkdirTemp("", "capture")
				if err != nil {
					t.Fatal(err)
				}
				defer os.RemoveAll(copied)
				if err := os.CopyFS(copied, withoutSocket{os.DirFS(dir)}); err != nil {
					t.Fatal(err)
				}
				r, err := OpenReader(copied)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, r, m, false)
				r.Close(context.Background())
			},
			"": func(t *rapid.T) { compare(t, c, m, true) },
		})
	})
}

func sortedKeys(active map[exchange.ID]*exchange.Exchange) []exchange.ID {
	var ids []exchange.ID
	for id := range active {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// compare checks all that a reader says against the model.
func compare(t *rapid.T, r Reader, m *model, live bool) {
	ctx := context.Background()
	want := m.ids()
	if live {
		want = append(want, sortedKeys(m.active)...)
		slices.Sort(want)
	}
	rows, err := r.Rows(ctx, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var got []exchange.ID
	for _, row := range rows {
		got = append(got, row.ID)
		if _, active := m.active[row.ID]; active != (row.State == exchange.Active) {
			t.Fatalf("exchange %d is %s", row.ID, row.State)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("rows %v, want %v", got, want)
	}
	for id, body := range m.bodies {
		if body == nil {
			continue
		}
		read, err := r.ReadBody(ctx, id, exchange.ResponseSide, 0, len(body)+1)
		if err != nil {
			t.Fatal(err)
		}
		// Of one that waits for the writer only what is written can be read.
		if !bytes.Equal(read, body[:min(len(read), len(body))]) || !live && len(read) < len(body) {
			t.Fatalf("exchange %d: %d bytes of %d", id, len(read), len(body))
		}
	}
	if live {
		return
	}
	for id, rules := range m.findings {
		found, err := r.Findings(ctx, id)
		if err != nil || len(found) != len(rules) {
			t.Fatalf("exchange %d has %d findings of %d, %v", id, len(found), len(rules), err)
		}
	}
}

// withoutSocket are the files of a capture that can be copied.
type withoutSocket struct{ fs.FS }

func (w withoutSocket) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Type()&fs.ModeSocket != 0 }), err
}
