// Package generate makes captures of any size with plausible traffic, to
// measure the inspector and the store with. The same seed gives the same
// exchanges.
package generate

import (
	"context"
	"math/rand/v2"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/store"
)

// batch is how many exchanges are given to the store before it is waited for:
// large commits are quick, and the store's queue stays far below its bound.
const batch = 4096

// Capture records n exchanges into the capture in dir, through the same calls
// as the proxy. progress, which may be nil, hears how many are durable.
func Capture(ctx context.Context, dir string, n int, seed uint64, progress func(done int)) error {
	g := &generator{
		rand: rand.New(rand.NewPCG(seed, seed)), at: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC),
		found: map[exchange.ID][]exchange.Finding{},
	}
	capture, err := store.Open(dir, store.Options{})
	if err != nil {
		return err
	}
	defer capture.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the second Close of a success, and nothing to add to a failure
	for done := 0; done < n; {
		if err := ctx.Err(); err != nil {
			return err
		}
		size := min(batch, n-done)
		for range size {
			x, found := g.next()
			x.ID = capture.Begin(x)
			capture.End(x)
			if len(found) > 0 {
				g.found[x.ID] = found
			}
		}
		// Findings are taken for exchanges that are durable.
		if err := capture.Sync(ctx); err != nil {
			return err
		}
		capture.PutFindings(g.findings())
		done += size
		if progress != nil {
			progress(done)
		}
	}
	if err := capture.Sync(ctx); err != nil {
		return err
	}
	return capture.Close(ctx)
}

// generator makes the traffic of a shop: most of it is fine.
type generator struct {
	rand  *rand.Rand
	at    time.Time
	found map[exchange.ID][]exchange.Finding
}

// findings hands over what was found since the last call.
func (g *generator) findings() []store.FindingsOf {
	all := make([]store.FindingsOf, 0, len(g.found))
	for id, found := range g.found {
		for i := range found {
			found[i].Exchange = id
		}
		all = append(all, store.FindingsOf{ID: id, Findings: found})
	}
	clear(g.found)
	return all
}
