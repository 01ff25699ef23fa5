//go:build linux

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// load drives a scenario's requests through a proxy.
type load struct {
	scenario
	// proxy is its address; "" goes straight to the origin.
	proxy  string
	origin *origin
	// hostsAsked counts the hosts that newHost asked for, over warm-up and
	// measurement: no host is asked for twice.
	hostsAsked atomic.Int64
	// tunnelled is set when a certificate turned out to be the origin's own.
	tunnelled atomic.Bool
}

// result is what a load reached.
type result struct {
	requests, bytes int64
	elapsed         time.Duration
	// latencies are sorted.
	latencies []time.Duration
	failed    int64
	firstErr  error
}

func (r *result) percentile(p float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[min(len(r.latencies)-1, int(p*float64(len(r.latencies))))]
}

// errEnough ends a worker that has nothing more to ask for.
var errEnough = errors.New("every host was asked")

// exchanger sends one request and reads its answer whole.
type exchanger interface {
	// exchange returns the size of the body in bytes.
	exchange() (int, error)
	close()
}

// session holds the connections of a load, so that warm-up and measurement use
// the same.
type session struct {
	*load
	exchangers []exchanger
}

func (l *load) open() *session {
	s := &session{load: l}
	if l.protocol == http2 {
		shared := make([]*transport2, l.connections)
		for i := range shared {
			shared[i] = l.newTransport2()
		}
		for i := range l.workers {
			s.exchangers = append(s.exchangers, shared[i%len(shared)])
		}
		return s
	}
	for range l.workers {
		s.exchangers = append(s.exchangers, &client1{load: l})
	}
	return s
}

func (s *session) close() {
	for _, e := range s.exchangers {
		e.close()
	}
}

// failuresOfAWorker bounds what a worker tries at a proxy that does not work.
const failuresOfAWorker = 20

// run sends requests until the time is over, or all hosts were asked.
func (s *session) run(ctx context.Context, d time.Duration) result {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	parts := make([]result, len(s.exchangers))
	var wg sync.WaitGroup
	start := time.Now()
	for i, e := range s.exchangers {
		wg.Go(func() { parts[i] = s.work(ctx, e) })
	}
	wg.Wait()
	total := result{elapsed: time.Since(start)}
	for _, p := range parts {
		total.requests += p.requests
		total.bytes += p.bytes
		total.failed += p.failed
		total.latencies = append(total.latencies, p.latencies...)
		if total.firstErr == nil {
			total.firstErr = p.firstErr
		}
	}
	slices.Sort(total.latencies)
	return total
}

func (s *session) work(ctx context.Context, e exchanger) (r result) {
	for ctx.Err() == nil && r.failed < failuresOfAWorker {
		start := time.Now()
		n, err := e.exchange()
		switch {
		case errors.Is(err, errEnough):
			return r
		case err == nil && n != s.body:
			err = fmt.Errorf("the body has %d bytes, not %d", n, s.body)
		}
		if err != nil {
			r.failed++
			if r.firstErr == nil {
				r.firstErr = err
			}
			continue
		}
		r.requests++
		r.bytes += int64(n)
		r.latencies = append(r.latencies, time.Since(start))
	}
	return r
}

// host is the one to ask for next.
func (l *load) host() (string, error) {
	if l.reuse != newHost {
		return "localhost", nil
	}
	n := int(l.hostsAsked.Add(1)) - 1
	if n >= newHosts {
		return "", errEnough
	}
	// Loopback is a /8: each address of it is a host that needs no resolver.
	return fmt.Sprintf("127.1.%d.%d", n/200, 1+n%200), nil
}

func (l *load) path() string {
	if l.big() {
		return "/big"
	}
	return "/small"
}

const dialTimeout = 10 * time.Second

func (l *load) dial(host string, port int) (net.Conn, error) {
	address := l.proxy
	if address == "" {
		if host == "localhost" {
			host = "127.0.0.1"
		}
		address = fmt.Sprintf("%s:%d", host, port)
	}
	return net.DialTimeout("tcp4", address, dialTimeout)
}

// handshake begins TLS and notes whose certificate it met. Any is accepted: the
// peers make theirs, each with a CA of its own.
func (l *load) handshake(c net.Conn, host, alpn string) (net.Conn, error) {
	t := tls.Client(c, &tls.Config{InsecureSkipVerify: true, ServerName: host, NextProtos: []string{alpn}})
	if err := t.Handshake(); err != nil {
		c.Close()
		return nil, err
	}
	state := t.ConnectionState()
	if alpn == "h2" && state.NegotiatedProtocol != "h2" {
		c.Close()
		return nil, errors.New("the proxy does not speak HTTP/2")
	}
	if l.proxy != "" && state.PeerCertificates[0].Issuer.CommonName == originName {
		l.tunnelled.Store(true)
	}
	return t, nil
}
