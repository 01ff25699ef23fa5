package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// The event stream of the benchmark.
const (
	tickEvents = 100
	tickEvery  = 10 * time.Millisecond
)

// ticking sends an event every 10 ms, with the time since start in nanoseconds.
func ticking(start time.Time) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-cache")
		ticker := time.NewTicker(tickEvery)
		defer ticker.Stop()
		for range tickEvents {
			select {
			case <-ticker.C:
			case <-r.Context().Done():
				return
			}
			fmt.Fprintf(w, "data: %d\n\n", time.Since(start))
			http.NewResponseController(w).Flush()
		}
	}
}

// delays are how long the events of a stream were under way.
func delays(ctx context.Context, client *http.Client, url string, start time.Time) ([]time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var all []time.Duration
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		came := time.Since(start)
		var sent int64
		if _, err := fmt.Sscan(data, &sent); err != nil {
			return nil, err
		}
		all = append(all, came-time.Duration(sent))
	}
	if len(all) != tickEvents {
		return nil, fmt.Errorf("%d events came", len(all))
	}
	return all, nil
}

// BenchmarkEventDelay reports how much later than without the proxy an event
// comes through it: two clients read a stream each, at the same time.
func BenchmarkEventDelay(b *testing.B) {
	start := time.Now()
	for _, protocol := range []string{"http", "h1", "h2"} {
		b.Run(protocol, func(b *testing.B) {
			var url, pem string
			var args []string
			if protocol == "http" {
				url = origin(b, ticking(start)).URL
			} else {
				o, file := tlsOrigin(b, ticking(start), protocol == "h2")
				url, pem, args = o.URL, file, []string{"--upstream-ca", file}
			}
			r := startProxy(b, args...)
			transport := func(ca string) *http.Transport {
				if ca == "" {
					return &http.Transport{}
				}
				return &http.Transport{ForceAttemptHTTP2: protocol == "h2", TLSClientConfig: trusting(b, ca)}
			}
			through := r.throughProxy(transport(map[bool]string{true: r.ca()}[pem != ""]))
			straight := transport(pem)
			b.Cleanup(straight.CloseIdleConnections)
			var later []time.Duration
			for b.Loop() {
				var without []time.Duration
				failed := make(chan error, 1)
				go func() {
					var err error
					without, err = delays(b.Context(), &http.Client{Transport: straight}, url, start)
					failed <- err
				}()
				with, err := delays(b.Context(), through, url, start)
				if err := errors.Join(err, <-failed); err != nil {
					b.Fatal(err)
				}
				for i := range with {
					later = append(later, with[i]-without[i])
				}
			}
			slices.Sort(later)
			for name, d := range map[string]time.Duration{
				"p50-ms": later[len(later)/2], "p99-ms": later[len(later)*99/100], "max-ms": later[len(later)-1],
			} {
				b.ReportMetric(float64(d)/1e6, name)
			}
			b.ReportMetric(0, "ns/op") // a second by construction
		})
	}
}
