package tap

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"httpwhy/inspector/exchange"
)

// memory is a Recorder that keeps everything.
type memory struct {
	mu    sync.Mutex
	n     exchange.ID
	steps int
	ended []*exchange.Exchange
	spilt map[exchange.ID]int
}

func (m *memory) Begin(x *exchange.Exchange) exchange.ID {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n++
	return m.n
}

func (m *memory) Step(*exchange.Exchange) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.steps++
}

func (m *memory) Spill(id exchange.ID, _ exchange.Side, p []byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.spilt == nil {
		m.spilt = map[exchange.ID]int{}
	}
	m.spilt[id] += len(p)
	return true
}

func (m *memory) End(x *exchange.Exchange) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = append(m.ended, x)
}

// event is what one side sent, or that it closed if text is "EOF", or how it
// broke.
type event struct {
	from exchange.Peer
	text string
	f    *exchange.Failure
}

const eof = "EOF"

func client(text string) event { return event{from: exchange.ClientPeer, text: text} }
func server(text string) event { return event{from: exchange.ServerPeer, text: text} }

func broken(from exchange.Peer) event {
	return event{from: from, f: &exchange.Failure{Kind: exchange.ConnectionReset, Peer: from, Message: "read: connection reset by peer"}}
}

// play passes the events to a tap, each text in the pieces that cut makes.
func play(cfg Config, events []event, cut func(string) []string) *memory {
	m := &memory{}
	cfg.Recorder = m
	if cfg.BodyLimit == 0 {
		cfg.BodyLimit = -1
	}
	if cfg.Scheme == "" {
		cfg.Scheme, cfg.Authority = "https", "a.test:443"
	}
	c := New(cfg)
	at := time.Unix(1_700_000_000, 0)
	for _, e := range events {
		switch {
		case e.f != nil:
			c.Closed(e.from, e.f, at)
		case e.text == eof:
			c.Closed(e.from, nil, at)
		default:
			for _, piece := range cut(e.text) {
				at = at.Add(time.Millisecond)
				b := []byte(piece)
				c.Bytes(e.from, b, at)
				clear(b) // the tap must not keep it
			}
		}
	}
	if c.Requests() != int(m.n) {
		panic(fmt.Sprintf("Requests() is %d after %d Begin", c.Requests(), m.n))
	}
	return m
}

func whole(s string) []string { return []string{s} }

func splitAt(i int) func(string) []string {
	return func(s string) []string { return []string{s[:min(i, len(s))], s[min(i, len(s)):]} }
}

func bytewise(s string) []string {
	out := make([]string, len(s))
	for i := range len(s) {
		out[i] = s[i : i+1]
	}
	return out
}

// everyWay plays the events whole, cut once at every offset, and byte by byte:
// the exchanges must be the same. It returns them.
func everyWay(t *testing.T, cfg Config, events []event) []*exchange.Exchange {
	t.Helper()
	want := play(cfg, events, whole).ended
	longest := 0
	for _, e := range events {
		longest = max(longest, len(e.text))
	}
	check := func(how string, cut func(string) []string) {
		t.Helper()
		if d := difference(want, play(cfg, events, cut).ended); d != "" {
			t.Fatalf("%s: other exchanges than from whole chunks (-whole +cut):\n%s", how, d)
		}
	}
	for i := 1; i < longest; i += 1 + i/300*96 {
		check(fmt.Sprintf("cut at %d", i), splitAt(i))
	}
	check("byte by byte", bytewise)
	return want
}

// difference compares exchanges but for their times.
func difference(want, got []*exchange.Exchange) string {
	for _, xs := range [2][]*exchange.Exchange{want, got} {
		joinData(xs)
		for _, x := range xs {
			x.Start, x.Timing = time.Time{}, exchange.Timing{}
		}
	}
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(exchange.Connection{}))
}

// joinData joins neighbouring frames of opaque bytes, of which there is one for
// each chunk.
func joinData(xs []*exchange.Exchange) {
	for _, x := range xs {
		var joined []exchange.Frame
		for _, f := range x.Frames {
			f.At = 0
			if n := len(joined); n > 0 && f.Type == "data" && joined[n-1].Type == "data" && joined[n-1].From == f.From {
				joined[n-1].Data = append(joined[n-1].Data, f.Data...)
				joined[n-1].Size += f.Size
				continue
			}
			joined = append(joined, f)
		}
		x.Frames = joined
	}
}

// summary prints exchanges compactly.
func summary(xs []*exchange.Exchange) string {
	var b strings.Builder
	for _, x := range xs {
		fmt.Fprintf(&b, "%s %s", x.Request.Method, x.URL)
		if x.Request.Body.Size > 0 {
			fmt.Fprintf(&b, " (%d %s)", x.Request.Body.Size, x.Request.Body.State)
		}
		for _, m := range x.Interim {
			fmt.Fprintf(&b, " [%d]", m.Status)
		}
		if r := x.Response; r != nil {
			fmt.Fprintf(&b, " -> %d %q %s", r.Status, r.Body.Data, r.Body.State)
			if len(r.Trailer) > 0 {
				fmt.Fprintf(&b, " trailer %v", r.Trailer)
			}
		}
		for _, f := range x.Frames {
			fmt.Fprintf(&b, " %s:%s:%q", f.From, f.Type, f.Data)
		}
		if f := x.Failure; f != nil {
			fmt.Fprintf(&b, " !%s by %s: %s", f.Kind, f.Peer, f.Message)
		}
		if x.ClosedBy != "" {
			fmt.Fprintf(&b, " closed:%s", x.ClosedBy)
		}
		for _, n := range x.Notes {
			fmt.Fprintf(&b, " #%s", n)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
