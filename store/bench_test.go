package store

import (
	"context"
	"testing"
	"time"
)

// BenchmarkRecord is what a recorded exchange of 1 KiB costs from its beginning
// to its commit, in the writer and in the recorder's way.
func BenchmarkRecord(b *testing.B) {
	c := open(b, b.TempDir(), Options{})
	body := content(1, 1024)
	b.ResetTimer()
	for range b.N {
		recordOne(c, "/some/path?with=query", body)
	}
	settle(b, c)
	b.StopTimer()
	if i, _ := c.Info(b.Context()); i.BodiesShed > 0 {
		b.ReportMetric(float64(i.BodiesShed)/float64(b.N), "shed/op")
	}
}

// BenchmarkLatency is the time from the end of a single exchange, after a rest,
// until it is durable and listed.
func BenchmarkLatency(b *testing.B) {
	c := open(b, b.TempDir(), Options{})
	rest := time.NewTicker(30 * time.Millisecond)
	defer rest.Stop()
	var total time.Duration
	for range b.N {
		<-rest.C
		begun := time.Now()
		id := recordOne(c, "/", nil)
		for v := uint64(0); ; {
			if _, waiting := c.live.get(id); !waiting {
				break
			}
			v, _ = c.Wait(context.Background(), max(v, c.Version()-1))
		}
		total += time.Since(begun)
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N)/1000, "ms/commit")
}

// BenchmarkRows scans 100,000 rows.
func BenchmarkRows(b *testing.B) {
	c := open(b, b.TempDir(), Options{})
	const n = 100_000
	for range n {
		recordOne(c, "/some/path?with=query", nil)
	}
	settle(b, c)
	b.ResetTimer()
	for range b.N {
		rows, err := c.Rows(b.Context(), 0, n+1)
		if err != nil || len(rows) != n {
			b.Fatal(len(rows), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}

func BenchmarkExchange(b *testing.B) {
	c := open(b, b.TempDir(), Options{})
	id := recordOne(c, "/", content(1, 1024))
	settle(b, c)
	b.ResetTimer()
	for range b.N {
		if _, err := c.Exchange(b.Context(), id); err != nil {
			b.Fatal(err)
		}
	}
}
