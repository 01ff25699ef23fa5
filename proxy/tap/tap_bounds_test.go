package tap

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

func TestBounds(t *testing.T) {
	long := strings.Repeat("x", maxHead)
	known := Config{Protocol: "http/1.1"}
	for _, test := range []struct {
		name   string
		events []event
		kind   exchange.FailureKind
		note   string
	}{
		{"response head", []event{client(get), server("HTTP/1.1 200 OK\r\nA: " + long + "\r\n\r\n")}, exchange.ResponseHeadTooLarge, ""},
		{"response head without an end", []event{client(get), server("HTTP/1.1 200 OK\r\nA: " + long)}, exchange.ResponseHeadTooLarge, ""},
		{"response fields", []event{client(get), server("HTTP/1.1 200 OK\r\n" + strings.Repeat("A:\r\n", maxFields+1) + "\r\n")}, exchange.ResponseHeadTooLarge, ""},
		{"request head", []event{client("GET /" + long + " HTTP/1.1\r\n\r\n")}, exchange.MalformedRequest, ""},
		{"chunk extension", []event{client(get), server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + long)}, exchange.ChunkedInvalid, ""},
		{"trailers", []event{client(get), server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + long)}, exchange.ChunkedInvalid, ""},
		{"pipelined requests", []event{client(strings.Repeat(get, maxPipelined+1))}, exchange.Interrupted, ""},
		{"held for an upgrade", []event{client("GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n" + long)}, exchange.Interrupted, ""},
		{"interim responses", []event{client(get), server(strings.Repeat("HTTP/1.1 103 Hints\r\n\r\n", maxInterim+9) + "HTTP/1.1 204 No\r\n\r\n")}, "", "more than 100 interim responses"},
	} {
		for _, size := range []int{1 << 30, 16 << 10, 1000} {
			m := play(known, test.events, func(s string) (out []string) {
				for ; s != ""; s = s[min(size, len(s)):] {
					out = append(out, s[:min(size, len(s))])
				}
				return out
			})
			if len(m.ended) == 0 {
				t.Fatalf("%s: nothing ended", test.name)
			}
			x := m.ended[0]
			if kind := kindOf(x); kind != test.kind || !strings.Contains(strings.Join(x.Notes, ";"), test.note) {
				t.Errorf("%s: %s", test.name, summary([]*exchange.Exchange{x}))
			}
		}
	}
}

func kindOf(x *exchange.Exchange) exchange.FailureKind {
	if x.Failure == nil {
		return ""
	}
	return x.Failure.Kind
}

func TestFrameBounds(t *testing.T) {
	upgrade := []event{
		client("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
		server("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n"),
	}
	many := play(Config{}, append(upgrade, server(strings.Repeat("\x81\x01a", maxFrames+7)), server(eof), client(eof)), whole).ended[0]
	if len(many.Frames) != maxFrames || many.FramesLost != 7 || many.State != exchange.Complete {
		t.Errorf("%d frames, %d lost", len(many.Frames), many.FramesLost)
	}
	big := "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + strings.Repeat("b", 1<<16)
	large := play(Config{}, append(upgrade, server(strings.Repeat(big, 70)), server(eof), client(eof)), whole).ended[0]
	var kept int
	for _, f := range large.Frames {
		kept += len(f.Data)
	}
	if kept != maxFrameBytes || large.FramesLost != 70-64 {
		t.Errorf("%d bytes in %d frames, %d lost", kept, len(large.Frames), large.FramesLost)
	}
}

// faulty is a Recorder that panics.
type faulty struct {
	record.Discard
	step, end bool
}

func (f *faulty) Step(*exchange.Exchange) {
	if f.step {
		panic("step")
	}
}

func (f *faulty) End(*exchange.Exchange) {
	if f.end {
		panic("end")
	}
}

func TestPanicEndsTheTapOnly(t *testing.T) {
	for _, r := range []*faulty{{step: true}, {end: true}, {step: true, end: true}} {
		c := New(Config{Recorder: r, Protocol: "http/1.1", Scheme: "https", Authority: "a:443"})
		now := time.Now()
		c.Bytes(exchange.ClientPeer, []byte(get+get), now)
		c.Bytes(exchange.ServerPeer, []byte("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"), now)
		c.Bytes(exchange.ServerPeer, []byte("a"), now)
		if c.Unanswered() {
			t.Error("unanswered after a panic")
		}
		c.Closed(exchange.ServerPeer, nil, now)
		c.Closed(exchange.ClientPeer, nil, now)
	}
}

func TestTimingAndReuse(t *testing.T) {
	m := &memory{}
	opened := time.Unix(1_700_000_000, 0)
	at := func(ms int) time.Time { return opened.Add(time.Duration(ms) * time.Millisecond) }
	dial := exchange.Timing{ConnectStart: 1, ConnectEnd: 2, TLSStart: 3, TLSEnd: 5 * time.Millisecond}
	cfg := Config{Recorder: m, Scheme: "https", Authority: "a.test:443", Protocol: "http/1.1", Opened: opened, Timing: dial}
	cfg.Server.Number = 7
	c := New(cfg)
	c.Bytes(exchange.ClientPeer, []byte(get[:9]), at(6))
	c.Bytes(exchange.ClientPeer, []byte(get[9:]), at(8))
	c.Bytes(exchange.ServerPeer, []byte("HTTP/1.1 200"), at(20))
	c.Bytes(exchange.ServerPeer, []byte(" OK\r\nContent-Length: 2\r\n\r\na"), at(30))
	c.Bytes(exchange.ServerPeer, []byte("b"), at(40))
	c.Bytes(exchange.ClientPeer, []byte(get), at(1000))
	c.Bytes(exchange.ServerPeer, []byte("HTTP/1.1 204 No\r\n\r\n"), at(1005))
	first, second := m.ended[0], m.ended[1]
	want := dial
	want.RequestEnd, want.FirstByte, want.ResponseHead, want.End = 8*time.Millisecond, 20*time.Millisecond, 30*time.Millisecond, 40*time.Millisecond
	if first.Timing != want || !first.Start.Equal(opened) || first.Server.Reused || first.Server.Number != 7 {
		t.Errorf("first: %+v", first)
	}
	want = exchange.Timing{RequestEnd: 1, FirstByte: 5 * time.Millisecond, ResponseHead: 5 * time.Millisecond, End: 5 * time.Millisecond}
	if second.Timing != want || !second.Start.Equal(at(1000)) || !second.Server.Reused || !second.Client.Reused {
		t.Errorf("second: %+v", second)
	}

	// A connection opened ahead of need: nobody waited for the dialling.
	c = New(cfg)
	c.Bytes(exchange.ClientPeer, []byte(get), at(5000))
	c.Bytes(exchange.ServerPeer, []byte("HTTP/1.1 204 No\r\n\r\n"), at(5001))
	if x := m.ended[2]; !x.Start.Equal(at(5000)) || x.Timing.ConnectEnd != 0 {
		t.Errorf("opened ahead: %+v", x)
	}
	if m.steps != 1 {
		t.Errorf("%d steps, want one: of the answer that came in several chunks", m.steps)
	}
}

func TestSynthetic(t *testing.T) {
	m := &memory{}
	c := New(Config{Recorder: m, BodyLimit: -1, Scheme: "https", Authority: "a.test:443", Protocol: "http/1.1"})
	now := time.Now()
	if c.Unanswered() || c.Outstanding() != nil {
		t.Error("unanswered before a request")
	}
	c.Synthetic(&exchange.Message{}, nil, nil, now)
	c.Bytes(exchange.ClientPeer, []byte(get), now)
	if !c.Unanswered() || c.Outstanding().Target != "/x" {
		t.Error("not unanswered after a request")
	}
	f := &exchange.Failure{Kind: exchange.ConnectionReset, Peer: exchange.ServerPeer, Message: "read: reset", Alert: -1}
	c.Synthetic(&exchange.Message{Status: 502, Proto: "HTTP/1.1"}, []byte("why"), f, now)
	c.Closed(exchange.ServerPeer, nil, now)
	c.Closed(exchange.ClientPeer, nil, now)
	if len(m.ended) != 1 || c.Requests() != 1 {
		t.Fatalf("%d ended, %d requests", len(m.ended), c.Requests())
	}
	x := m.ended[0]
	if !x.Synthetic || x.State != exchange.Failed || x.Failure != f || x.Status() != 502 || string(x.Response.Body.Data) != "why" || x.Response.Body.State != exchange.WholeBody {
		t.Errorf("%+v", x)
	}
	for _, server := range []string{"H", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"} {
		c = New(Config{Recorder: m, Protocol: "http/1.1"})
		c.Bytes(exchange.ClientPeer, []byte(get), now)
		c.Bytes(exchange.ServerPeer, []byte(server), now)
		if c.Unanswered() {
			t.Errorf("unanswered after %q", server)
		}
	}
	c = New(Config{Recorder: m, Protocol: "http/1.1"})
	c.Bytes(exchange.ClientPeer, []byte(get+get), now)
	if c.Unanswered() {
		t.Error("unanswered with two requests")
	}
}

// TestManyStreams opens streams that nobody answers.
func TestManyStreams(t *testing.T) {
	s := newH2Side(exchange.ClientPeer)
	s.out.WriteString(preface)
	s.WriteSettings()
	for i := range maxStreams + 1 {
		s.headers(uint32(2*i+1), true, h2get)
	}
	m := play(Config{}, []event{s.sent()}, whole)
	if len(m.ended) != maxStreams || kindOf(m.ended[0]) != exchange.Interrupted {
		t.Error(fmt.Sprint(len(m.ended)))
	}
}

// TestBodiesCostNoMemory passes a body that is not kept.
func TestBodiesCostNoMemory(t *testing.T) {
	at := time.Now()
	p := make([]byte, 16<<10)
	for _, head := range []string{"Content-Length: 99999999999\r\n", "", "Content-Type: text/event-stream\r\n"} {
		c := New(Config{Recorder: record.Discard{}, Protocol: "http/1.1"})
		c.Bytes(exchange.ClientPeer, []byte(get), at)
		c.Bytes(exchange.ServerPeer, []byte("HTTP/1.1 200 OK\r\n"+head+"\r\n"), at)
		for range 10 {
			c.Bytes(exchange.ServerPeer, p, at)
		}
		if n := testing.AllocsPerRun(100, func() { c.Bytes(exchange.ServerPeer, p, at) }); n > 0 {
			t.Errorf("%q: %v allocations for each chunk", head, n)
		}
	}
}
