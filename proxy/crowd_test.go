package proxy

import (
	"io"
	"net"
	"runtime"
	"sync"
	"testing"
)

// TestCrowd holds idle connections while others are busy: what one costs is
// bounded, and all of it comes back.
func TestCrowd(t *testing.T) {
	idle, busy, rounds := 2000, 100, 20
	if testing.Short() || underRace {
		idle, rounds = 200, 3
	}
	const perConnection = 160 << 10
	l := newLab(t, nil)
	origin := okOrigin(t, nil)
	var forgetting sync.WaitGroup
	forgetting.Go(l.forget)
	before := heap()
	conns := make([]net.Conn, 0, idle)
	for i := range idle {
		var c net.Conn
		if i%2 == 0 {
			c = l.dial()
			ask(t, c, "http://"+origin+"/")
		} else {
			c = l.connect(origin)
			ask(t, c, "/")
		}
		conns = append(conns, c)
	}
	held := heap()
	if per := (int64(held) - int64(before)) / int64(idle); per > perConnection {
		t.Errorf("an idle connection costs %d bytes", per)
	}
	var wg sync.WaitGroup
	for i := range busy {
		wg.Go(func() {
			c := conns[i]
			target := "http://" + origin + "/"
			if i%2 == 1 {
				target = "/"
			}
			for range rounds {
				ask(t, c, target)
			}
		})
	}
	wg.Wait()
	if grown := int64(heap()) - int64(held); grown > int64(busy)*perConnection {
		t.Errorf("%d busy connections added %d bytes", busy, grown)
	}
	for _, c := range conns {
		c.Close()
	}
	l.stop()
	close(l.notes.signal)
	forgetting.Wait()
	l.notes.mu.Lock()
	defer l.notes.mu.Unlock()
	if len(l.notes.begun) > 0 {
		t.Errorf("%d exchanges never ended", len(l.notes.begun))
	}
}

// forget drops what is recorded until the lab ends.
func (l *lab) forget() {
	for range l.notes.signal {
		l.notes.mu.Lock()
		if len(l.notes.ended) > 0 {
			l.notes.ended = l.notes.ended[1:]
		}
		l.notes.mu.Unlock()
	}
}

func ask(t *testing.T, c net.Conn, target string) {
	_, _ = io.WriteString(c, "GET "+target+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if _, err := io.ReadFull(c, make([]byte, len("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"))); err != nil {
		t.Error(err)
	}
}

// heap is what the program holds after a collection, stacks included.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
