//go:build linux

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// figures are the medians of a peer's rounds.
type figures struct {
	perSecond, megabytes float64
	p50                  time.Duration
	cpu                  time.Duration // per request, or per 10 MiB
	peak                 int64
	note                 string
}

func (t *table) figures(name string) (f figures, ok bool) {
	ms := t.rounds[name]
	var good []measurement
	for _, m := range ms {
		if m.requests > 0 {
			good = append(good, m)
		}
		if err := m.problem(); err != nil {
			f.note, _, _ = strings.Cut(err.Error(), "\n")
		}
		if m.tunnelled {
			f.note = "tunnelled, not intercepted"
		}
	}
	if len(good) == 0 {
		return f, f.note != ""
	}
	f.perSecond = median(good, func(m measurement) float64 { return float64(m.requests) / m.elapsed.Seconds() })
	f.megabytes = median(good, func(m measurement) float64 { return float64(m.bytes) / 1e6 / m.elapsed.Seconds() })
	f.p50 = median(good, func(m measurement) time.Duration { return m.percentile(0.5) })
	f.cpu = median(good, func(m measurement) time.Duration { return m.cpu / time.Duration(m.requests) })
	f.peak = median(good, func(m measurement) int64 { return m.peak })
	return f, true
}

// median is that of an even number's lower one.
func median[T cmp.Ordered](ms []measurement, of func(measurement) T) T {
	values := make([]T, len(ms))
	for i, m := range ms {
		values[i] = of(m)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

// markdown is the scenario's table. Every peer stands beside the two that it is
// to be compared with: no proxy, and goproxy tuned.
func (t *table) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", t.title)
	rate := "requests/s"
	if t.big() {
		rate = "MB/s"
	}
	fmt.Fprintf(&b, "| %s | %s | of direct | p50 | CPU per request | of goproxy-tuned | peak memory | |\n|---|--:|--:|--:|--:|--:|--:|---|\n", t.name, rate)
	none, _ := t.figures(direct)
	base, _ := t.figures(baseline)
	for _, p := range t.peers {
		f, ok := t.figures(p.name)
		if !ok {
			continue
		}
		if f.perSecond == 0 {
			fmt.Fprintf(&b, "| %s | | | | | | | %s |\n", p.name, f.note)
			continue
		}
		rate, ofDirect := f.perSecond, ratio(f.perSecond, none.perSecond)
		if t.big() {
			rate = f.megabytes
		}
		if p.name == direct {
			fmt.Fprintf(&b, "| %s | %.0f | | %s | | | | %s |\n", p.name, rate, micros(f.p50), f.note)
			continue
		}
		fmt.Fprintf(&b, "| %s | %.0f | %s | %s | %s | %s | %d MiB | %s |\n",
			p.name, rate, ofDirect, micros(f.p50), micros(f.cpu), ratio(float64(f.cpu), float64(base.cpu)), f.peak>>20, f.note)
	}
	return b.String()
}

func ratio(a, b float64) string {
	if a == 0 || b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", a/b)
}

func micros(d time.Duration) string {
	if d >= 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%d µs", d.Microseconds())
}
