package main

import (
	"context"
	"crypto/x509"
	"math/rand/v2"
	"net/url"
	"os"
	"reflect"
	"testing"

	"httpwhy/cmd/httpwhy/demo"
	"httpwhy/inspector"
	"httpwhy/inspector/exchange"
	"httpwhy/store"
)

// visitDemo sends the traffic of the demonstration through r.
func visitDemo(t *testing.T, r *recorder) {
	t.Helper()
	site, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	pem, err := os.ReadFile(r.ca())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	proxy, err := url.Parse(r.url)
	if err != nil {
		t.Fatal(err)
	}
	if err := site.Visit(context.Background(), proxy, roots); err != nil {
		t.Fatal(err)
	}
	r.recorded("/catalog?page=2")
}

// TestReplayedAsLive: what is found in a capture that is read again is what was
// found while it was recorded, in whatever order and company.
func TestReplayedAsLive(t *testing.T) {
	r := startProxy(t)
	visitDemo(t, r)
	visitDemo(t, r)
	r.stop()
	ctx := context.Background()
	capture, err := store.OpenReader(r.capture)
	if err != nil {
		t.Fatal(err)
	}
	defer capture.Close(ctx)
	rows, err := capture.Rows(ctx, 0, 1000)
	if err != nil || len(rows) < 80 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	var xs []*exchange.Exchange
	live := map[exchange.ID][]exchange.Finding{}
	found := 0
	for _, row := range rows {
		x, err := capture.Exchange(ctx, row.ID)
		if err != nil {
			t.Fatal(err)
		}
		xs = append(xs, x)
		if live[x.ID], err = capture.Findings(ctx, row.ID); err != nil {
			t.Fatal(err)
		}
		found += len(live[x.ID])
	}
	if found < 50 {
		t.Errorf("only %d findings were recorded", found)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 5 {
		replayed, i := map[exchange.ID][]exchange.Finding{}, inspector.New(inspector.Options{})
		take := func(us []inspector.Update) {
			for _, u := range us {
				replayed[u.Exchange] = u.Findings
			}
		}
		for rest := xs; len(rest) > 0; {
			n := 1 + random.IntN(len(rest))
			take(i.Observe(rest[:n]...))
			rest = rest[n:]
		}
		take(i.Flush())
		for _, x := range xs {
			if a, b := live[x.ID], replayed[x.ID]; (len(a) > 0 || len(b) > 0) && !reflect.DeepEqual(a, b) {
				t.Errorf("round %d, #%d %s:\nlive     %+v\nreplayed %+v", round, x.ID, x.URL, a, b)
			}
		}
		random.Shuffle(len(xs), func(a, b int) { xs[a], xs[b] = xs[b], xs[a] })
	}
}
