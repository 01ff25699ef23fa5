//go:build linux

package main

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func round(requests, body int64, cpu time.Duration) measurement {
	return measurement{
		result: result{
			requests: requests, bytes: requests * body, elapsed: time.Second,
			latencies: []time.Duration{100 * time.Microsecond, 200 * time.Microsecond, 300 * time.Microsecond},
		},
		cpu:  cpu,
		peak: 20 << 20,
	}
}

func TestTableComparesMedians(t *testing.T) {
	ended := measurement{notStarted: errors.New("it ended before it listened")}
	tunnel := round(800, smallBody, 8*time.Millisecond)
	tunnel.tunnelled = true
	table := table{
		scenario: scenario{name: "small", title: "Small answers", body: smallBody},
		peers:    []peer{{name: direct}, {name: "httpwhy"}, {name: baseline}, {name: "tunnel"}, {name: "broken"}, {name: "absent"}},
		rounds: map[string][]measurement{
			direct:    {round(1000, smallBody, 0), round(4000, smallBody, 0), round(2000, smallBody, 0)},
			"httpwhy": {round(1000, smallBody, 30*time.Millisecond), round(500, smallBody, 15*time.Millisecond), round(9000, smallBody, 90*time.Millisecond)},
			baseline:  {round(1000, smallBody, 40*time.Millisecond)},
			"tunnel":  {tunnel},
			"broken":  {ended},
		},
	}
	want := `### Small answers

| small | requests/s | of direct | p50 | CPU per request | of goproxy-tuned | peak memory | |
|---|--:|--:|--:|--:|--:|--:|---|
| direct | 2000 | | 200 µs | | | |  |
| httpwhy | 1000 | 0.50 | 200 µs | 30 µs | 0.75 | 20 MiB |  |
| goproxy-tuned | 1000 | 0.50 | 200 µs | 40 µs | 1.00 | 20 MiB |  |
| tunnel | 800 | 0.40 | 200 µs | 10 µs | 0.25 | 20 MiB | tunnelled, not intercepted |
| broken | | | | | | | it ended before it listened |
`
	if diff := cmp.Diff(want, table.markdown()); diff != "" {
		t.Error(diff)
	}
}

func TestTableOfBigBodiesIsInMegabytes(t *testing.T) {
	table := table{
		scenario: scenario{name: "big", title: "Big answers", body: bigBody},
		peers:    []peer{{name: direct}},
		rounds:   map[string][]measurement{direct: {round(100, bigBody, 0)}},
	}
	want := `### Big answers

| big | MB/s | of direct | p50 | CPU per request | of goproxy-tuned | peak memory | |
|---|--:|--:|--:|--:|--:|--:|---|
| direct | 1049 | | 200 µs | | | |  |
`
	if diff := cmp.Diff(want, table.markdown()); diff != "" {
		t.Error(diff)
	}
}
