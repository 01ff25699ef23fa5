//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// options are the command's flags.
type options struct {
	scenarios, peers     []string
	httpwhy, mockttp     string
	goMitmproxy, martian string
	rounds               int
	measure              time.Duration
}

const (
	defaultMeasure = 2500 * time.Millisecond
	warmUp         = 700 * time.Millisecond
)

// measurement is what one peer did in one round of a scenario.
type measurement struct {
	result
	cpu        time.Duration
	peak       int64
	tunnelled  bool
	notStarted error
}

// table is what was measured of a scenario: rounds by peer.
type table struct {
	scenario
	peers  []peer
	rounds map[string][]measurement
}

func compare(ctx context.Context, o options) error {
	if o.rounds < 1 {
		return fmt.Errorf("--rounds %d: must be 1 or more", o.rounds)
	}
	for _, wanted := range o.scenarios {
		if !slices.ContainsFunc(scenarios, func(s scenario) bool { return strings.Contains(s.name, wanted) }) {
			return fmt.Errorf("no scenario has %q in its name: there are %s", wanted, names(scenarios, func(s scenario) string { return s.name }))
		}
	}
	scratch, err := os.MkdirTemp("", "httpwhy-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	if err := os.Chmod(scratch, 0o755); err != nil { // squid gives root up
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	peers, err := findPeers(&o, self, scratch)
	if err != nil {
		return err
	}
	for _, wanted := range o.peers {
		if !slices.ContainsFunc(peers, func(p peer) bool { return p.name == wanted }) {
			return fmt.Errorf("there is no peer %q: there are %s", wanted, names(peers, func(p peer) string { return p.name }))
		}
	}
	peers = present(peers, o.peers)
	origin, err := startOrigin()
	if err != nil {
		return err
	}
	defer origin.close()
	for _, s := range scenarios {
		if !contains(o.scenarios, s.name) {
			continue
		}
		t, err := measureAll(ctx, s, peers, origin, o, scratch)
		if err != nil {
			return err
		}
		fmt.Println(t.markdown())
	}
	return nil
}

// names lists what can be asked for.
func names[T any](all []T, name func(T) string) string {
	var out []string
	for _, one := range all {
		out = append(out, name(one))
	}
	return strings.Join(out, ", ")
}

// present are the wanted peers that are installed. What is missing is said.
func present(peers []peer, wanted []string) []peer {
	var out []peer
	for _, p := range peers {
		if len(wanted) > 0 && !slices.Contains(wanted, p.name) {
			continue
		}
		if p.missing != "" {
			fmt.Fprintf(os.Stderr, "bench: %s is not installed: %s\n", p.name, p.missing)
			continue
		}
		out = append(out, p)
	}
	return out
}

func measureAll(ctx context.Context, s scenario, peers []peer, origin *origin, o options, scratch string) (*table, error) {
	t := &table{scenario: s, peers: peers, rounds: map[string][]measurement{}}
	for round := range o.rounds {
		for _, p := range peers {
			if !p.runs(s) {
				continue
			}
			dir := filepath.Join(scratch, "peer")
			if err := os.Mkdir(dir, 0o755); err != nil {
				return nil, err
			}
			m := measure(ctx, s, p, origin, o.measure, dir)
			t.rounds[p.name] = append(t.rounds[p.name], m)
			if err := os.RemoveAll(dir); err != nil {
				return nil, err
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			fmt.Fprintf(os.Stderr, "%s, round %d: %s: %d requests, %v\n", s.name, round+1, p.name, m.requests, m.problem())
		}
	}
	return t, nil
}

// problem is why a measurement is not to be trusted, or nil.
func (m *measurement) problem() error {
	switch {
	case m.notStarted != nil:
		return m.notStarted
	case m.failed > 0:
		return fmt.Errorf("%d requests failed: %w", m.failed, m.firstErr)
	}
	return nil
}

func measure(ctx context.Context, s scenario, p peer, origin *origin, d time.Duration, dir string) (m measurement) {
	l := &load{scenario: s, origin: origin}
	var r *process
	if p.command != nil {
		var err error
		if r, err = startProcess(ctx, p, dir); err != nil {
			m.notStarted = err
			return m
		}
		defer r.stop()
		l.proxy = loopback(r.port)
	}
	session := l.open()
	defer session.close()
	if s.reuse != newHost { // whose hosts are asked for once only
		session.run(ctx, warmUp)
	}
	var before time.Duration
	if r != nil {
		before = r.settled(ctx)
		r.resetPeak()
	}
	m.result = session.run(ctx, d)
	if r != nil {
		m.cpu = r.settled(ctx) - before
		m.peak = r.peak()
	}
	m.tunnelled = l.tunnelled.Load()
	return m
}
