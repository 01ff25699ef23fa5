package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// longTests chooses the forms of these tests that take minutes.
var longTests = os.Getenv("HTTPWHY_LONG_TESTS") != ""

// line is one connection through the proxy. Its requests follow each other.
type line struct {
	conn net.Conn
	base string // of the URLs as they are recorded
	ask  func(path string) (*http.Response, error)
}

// lineKinds are the ways to speak through the proxy.
var lineKinds = []string{"h1", "h2", "clear", "plain"}

// openLine connects to the origin: inside TLS at secure, or in the clear.
func openLine(proxy, secure, clear *url.URL, kind string) (*line, error) {
	c, err := net.Dial("tcp", proxy.Host)
	if err != nil {
		return nil, err
	}
	to := clear
	if kind == "h1" || kind == "h2" {
		to = secure
	}
	br := bufio.NewReader(c)
	if kind != "plain" {
		fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\n\r\n", to.Host)
		resp, err := http.ReadResponse(br, &http.Request{Method: http.MethodConnect})
		if err != nil {
			return nil, fmt.Errorf("CONNECT: %w", err)
		}
		if resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("CONNECT is answered with %s", resp.Status)
		}
	}
	l := &line{conn: c, base: to.String()}
	if to == secure {
		protocol := map[string]string{"h1": "http/1.1", "h2": "h2"}[kind]
		s := tls.Client(c, &tls.Config{ServerName: to.Hostname(), InsecureSkipVerify: true, NextProtos: []string{protocol}})
		if err := s.Handshake(); err != nil {
			return nil, err
		}
		l.conn, br = s, bufio.NewReader(s)
	}
	request := func(path string) *http.Request {
		r, _ := http.NewRequest(http.MethodGet, l.base+path, nil)
		return r
	}
	if kind == "h2" {
		h2, err := (&http2.Transport{}).NewClientConn(l.conn) //nolint:staticcheck // net/http's dials itself
		if err != nil {
			return nil, err
		}
		l.ask = func(path string) (*http.Response, error) { return h2.RoundTrip(request(path)) }
		return l, nil
	}
	l.ask = func(path string) (*http.Response, error) {
		r := request(path)
		write := r.Write
		if kind == "plain" {
			write = r.WriteProxy
		}
		if err := write(l.conn); err != nil {
			return nil, err
		}
		return http.ReadResponse(br, r)
	}
	return l, nil
}

// get asks for path and wants it back.
func (l *line) get(path string) error {
	resp, err := l.ask(path)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || string(body) != path) {
		err = fmt.Errorf("%s is answered with %s %q", path, resp.Status, body)
	}
	return err
}

// hold is what the connections were told while they were held.
type hold struct {
	mu        sync.Mutex
	answered  []string // URLs
	durations [][]time.Duration
}

func (h *hold) asked(period int, u string, d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answered = append(h.answered, u)
	h.durations[min(period, len(h.durations)-1)] = append(h.durations[min(period, len(h.durations)-1)], d)
}

// TestHold keeps idle and busy connections open for a time: every answer that a
// client got is recorded once, every idle connection still works, and memory
// does not grow with what has passed.
func TestHold(t *testing.T) {
	idle, busy, lasting, pace := 100, 40, 2*time.Second, 50*time.Millisecond
	if longTests {
		idle, busy, lasting, pace = 2000, 500, 10*time.Minute, time.Second
	}
	const periods = 10
	echo := func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) }
	s, ca := tlsOrigin(t, http.HandlerFunc(echo), true)
	r := startProxy(t, "--upstream-ca", ca)
	proxy, _ := url.Parse(r.url)
	secure, _ := url.Parse(s.URL)
	clear, _ := url.Parse(origin(t, echo).URL)
	h := &hold{durations: make([][]time.Duration, periods)}
	var held sync.WaitGroup // with what each connection asks first
	var wg sync.WaitGroup
	gate := make(chan struct{}, 16) // handshakes at a time
	begin := make(chan struct{})
	end := make(chan struct{})
	var start time.Time
	open := func(name, kind string) *line {
		gate <- struct{}{}
		defer func() { <-gate }()
		defer held.Done()
		l, err := openLine(proxy, secure, clear, kind)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		if err := l.get("/" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		h.asked(0, l.base+"/"+name, 0)
		return l
	}
	held.Add(idle + busy)
	for i := range idle {
		wg.Go(func() {
			name := "idle/" + strconv.Itoa(i)
			l := open(name, lineKinds[i%3]) // plain HTTP has an idle timeout of its own
			if <-end; l == nil {
				return
			}
			defer l.conn.Close()
			if err := l.get("/" + name + "/last"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			h.asked(periods-1, l.base+"/"+name+"/last", 0)
		})
	}
	for i := range busy {
		wg.Go(func() {
			name := "busy/" + strconv.Itoa(i)
			l := open(name, lineKinds[i%4])
			if <-begin; l == nil {
				return
			}
			defer l.conn.Close()
			<-time.After(pace * time.Duration(i) / time.Duration(busy)) // not all at once
			tick := time.NewTicker(pace)
			defer tick.Stop()
			for n := 0; ; n++ {
				path := fmt.Sprintf("/%s/%d", name, n)
				at := time.Now()
				if err := l.get(path); err != nil {
					t.Errorf("%s: %v", path, err)
					return
				}
				h.asked(int(at.Sub(start)*periods/lasting), l.base+path, time.Since(at))
				select {
				case <-tick.C:
				case <-end:
					return
				}
			}
		})
	}
	held.Wait()
	start = time.Now()
	close(begin)
	memory := r.watchMemory(t, lasting, 4*periods)
	close(end)
	wg.Wait()
	r.stop()
	h.report(t, memory)
	h.check(t, r)
	// The first tenth fills caches and pools, and the garbage collector's pace
	// is coarse: what is wanted is that nothing grows with the traffic.
	early, late := slices.Max(memory[periods:2*periods]), slices.Max(memory[len(memory)-periods:])
	if longTests && late > early+early/5 {
		t.Errorf("memory grew from %d to %d KiB", early, late)
	}
}

// watchMemory samples the recorder's own memory, in KiB, n times over lasting.
// Mapped files are not among it. It is 0 where the system does not say.
func (r *recorder) watchMemory(t *testing.T, lasting time.Duration, n int) []int {
	t.Helper()
	tick := time.NewTicker(lasting / time.Duration(n))
	defer tick.Stop()
	var samples []int
	for range n {
		<-tick.C
		kib := 0
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.process.Process.Pid))
		for line := range strings.Lines(string(status)) {
			if value, ok := strings.CutPrefix(line, "RssAnon:"); ok {
				kib, _ = strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			}
		}
		samples = append(samples, kib)
	}
	return samples
}

func (h *hold) report(t *testing.T, memory []int) {
	t.Helper()
	for i, ds := range h.durations {
		slices.Sort(ds)
		ds = slices.DeleteFunc(ds, func(d time.Duration) bool { return d == 0 })
		if len(ds) > 0 {
			t.Logf("%2d/%d: %d requests, p50 %v, p99 %v, memory %d KiB", i+1, len(h.durations), len(ds),
				ds[len(ds)/2], ds[len(ds)*99/100], memory[(i+1)*len(memory)/len(h.durations)-1])
		}
	}
}

// check compares what was answered with what is recorded.
func (h *hold) check(t *testing.T, r *recorder) {
	t.Helper()
	recorded := map[string]int{}
	decoder := json.NewDecoder(strings.NewReader(r.httpwhy("ls", "--json")))
	for {
		var row rowJSON
		err := decoder.Decode(&row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if recorded[row.URL]++; row.Status != http.StatusOK || row.Failure != nil {
			t.Errorf("recorded %s with %d %+v", row.URL, row.Status, row.Failure)
		}
	}
	t.Logf("%d answered, %d recorded", len(h.answered), len(recorded))
	for _, u := range h.answered {
		if recorded[u] != 1 {
			t.Errorf("%s is recorded %d times", u, recorded[u])
		}
		delete(recorded, u)
	}
	for u := range recorded {
		t.Errorf("%s is recorded, and was not asked for", u)
	}
}
