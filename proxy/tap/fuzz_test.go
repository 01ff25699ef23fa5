package tap

import (
	"bufio"
	"bytes"
	order "cmp"
	"io"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"httpwhy/inspector/exchange"
)

// cutBy cuts a text into pieces whose lengths the bytes of sizes give.
func cutBy(sizes string) func(string) []string {
	return func(s string) (out []string) {
		for i := 0; s != ""; i++ {
			n := 1
			if sizes != "" {
				n = min(len(s), 1+int(sizes[i%len(sizes)]))
			}
			out, s = append(out, s[:min(n, len(s))]), s[min(n, len(s)):]
		}
		return out
	}
}

// sameInPieces fails if the pieces change what is read.
func sameInPieces(t *testing.T, cfg Config, events []event, sizes string) []*exchange.Exchange {
	t.Helper()
	want, got := play(cfg, events, whole).ended, play(cfg, events, cutBy(sizes)).ended
	if d := difference(want, got); d != "" {
		t.Fatalf("other exchanges than from whole chunks (-whole +cut):\n%s", d)
	}
	for _, x := range want {
		if strings.Contains(strings.Join(x.Notes, "")+summary([]*exchange.Exchange{x}), "a defect in httpwhy") {
			t.Fatal(summary([]*exchange.Exchange{x}))
		}
	}
	return want
}

func FuzzHTTP1(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nT: v\r\n\r\n",
		"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.0 999 No\nA: b\n c\n\nrest",
		"\x00\nICY 200 OK\r\nA: b\r\n\r\nhello", "xhTTp/2 \r\nContent-Length: 1\r\n\r\na", "HT", "http/1.1 20x\r\nA: b",
		"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n\x81\x02hi\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\x88\x00",
		"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: a\n\ndata: b\r\n\r\n",
	} {
		f.Add("POST /x HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", s, "\x01\x05")
		f.Add("GET /x HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\n\r\n", s, "\x00")
	}
	f.Fuzz(func(t *testing.T, fromClient, fromServer, sizes string) {
		events := []event{client(fromClient), server(fromServer), server(eof), client(eof)}
		sameInPieces(t, Config{Protocol: "http/1.1"}, events, sizes)
		sameInPieces(t, Config{}, events, sizes)
		// What browsers forgive is read, too.
		events[0] = client("GET /x HTTP/1.1\r\nHost: a\r\nUser-Agent: Mozilla/5.0\r\n\r\n")
		sameInPieces(t, Config{Protocol: "http/1.1", Scheme: "http"}, events, sizes)
		sameInPieces(t, Config{Protocol: "http/1.1", Scheme: "https"}, events, sizes)
		judgeRequest(t, fromClient)
		judgeResponse(t, fromServer)
	})
}

// judgeRequest asks net/http about a request: where it reads one, so does the
// tap, and finds the same.
func judgeRequest(t *testing.T, text string) {
	t.Helper()
	want, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	if err != nil || !want.ProtoAtLeast(1, 1) || want.Method == http.MethodConnect || len(want.Header["Upgrade"]) > 0 {
		return
	}
	body, err := io.ReadAll(want.Body)
	if err != nil {
		return
	}
	xs := play(Config{Protocol: "http/1.1"}, []event{client(text), client(eof), server(eof)}, whole).ended
	if len(xs) == 0 {
		t.Fatal("no exchange")
	}
	slices.SortFunc(xs, func(a, b *exchange.Exchange) int { return order.Compare(a.ID, b.ID) })
	got := xs[0].Request
	if got.Method != want.Method || got.Target != want.RequestURI || !bytes.Equal(body, got.Body.Data) {
		t.Fatalf("net/http reads %s %q and %q, the tap %s %q and %q", want.Method, want.RequestURI, body, got.Method, got.Target, got.Body.Data)
	}
	sameFields(t, want.Header, got.Header)
}

func judgeResponse(t *testing.T, text string) {
	t.Helper()
	want, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), &http.Request{Method: http.MethodGet})
	if err != nil || !want.ProtoAtLeast(1, 1) || want.StatusCode < 200 {
		return
	}
	body, err := io.ReadAll(want.Body)
	if err != nil {
		return
	}
	x := play(Config{Protocol: "http/1.1"}, []event{client(get), server(text), server(eof), client(eof)}, whole).ended[0]
	if x.Response == nil {
		t.Fatalf("no response: %s", summary([]*exchange.Exchange{x}))
	}
	if x.Response.Status != want.StatusCode || !bytes.Equal(body, x.Response.Body.Data) || x.State != exchange.Complete {
		t.Fatalf("net/http reads %d and %q, the tap %s", want.StatusCode, body, summary([]*exchange.Exchange{x}))
	}
	sameFields(t, want.Header, x.Response.Header)
}

// sameFields compares the values by canonical name. net/http moves Host,
// Trailer and the framing elsewhere.
func sameFields(t *testing.T, want http.Header, h exchange.Header) {
	t.Helper()
	got := http.Header{}
	for _, f := range h {
		got[textproto.CanonicalMIMEHeaderKey(f.Name)] = append(got[textproto.CanonicalMIMEHeaderKey(f.Name)], f.Value)
	}
	for _, moved := range []string{"Host", "Trailer", "Content-Length", "Transfer-Encoding", "Cache-Control", "Pragma"} {
		delete(want, moved)
		delete(got, moved)
	}
	for name, values := range want {
		for i := range values {
			if i >= len(got[name]) || got[name][i] != values[i] {
				t.Fatalf("field %q: net/http reads %q, the tap %q", name, values, got[name])
			}
		}
	}
}

func FuzzHTTP2(f *testing.F) {
	c, s := newH2Side(exchange.ClientPeer), newH2Side(exchange.ServerPeer)
	c.out.WriteString(preface)
	c.WriteSettings()
	s.WriteSettings()
	c.headers(1, false, h2get)
	c.WriteDataPadded(1, true, []byte("body"), make([]byte, 3))
	c.headers(3, true, h2get)
	s.headers(1, false, ":status= 103")
	s.headers(1, false, ":status= 200\ncontent-length= 2")
	s.WriteData(1, false, []byte("ab"))
	s.headers(1, true, "t= 1")
	s.WriteRSTStream(3, 8)
	s.WriteGoAway(3, 0, nil)
	f.Add(c.out.String(), s.out.String(), "\x03\x10")
	f.Fuzz(func(t *testing.T, fromClient, fromServer, sizes string) {
		sameInPieces(t, Config{Protocol: "h2"}, []event{client(fromClient), server(fromServer), server(eof), client(eof)}, sizes)
		sameInPieces(t, Config{}, []event{client(preface + fromClient), server(fromServer), server(eof), client(eof)}, sizes)
		judgeFrames(t, fromClient)
	})
}

// judgeFrames asks x/net's Framer about the frames of a client: the requests
// that it reads before its first error are those that the tap reads first.
func judgeFrames(t *testing.T, text string) {
	t.Helper()
	const settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
	text = settings + strings.TrimPrefix(text, preface)
	framer := http2.NewFramer(nil, strings.NewReader(text))
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	framer.MaxHeaderListSize = maxHead
	xs := play(Config{Protocol: "h2"}, []event{client(preface + text), client(eof), server(eof)}, whole).ended
	slices.SortFunc(xs, func(a, b *exchange.Exchange) int { return order.Compare(a.ID, b.ID) })
	var newest uint32
	for {
		f, err := framer.ReadFrame()
		if err != nil {
			return
		}
		want, ok := f.(*http2.MetaHeadersFrame)
		if !ok || want.StreamID%2 == 0 || want.StreamID <= newest {
			continue
		}
		newest = want.StreamID
		if len(xs) == 0 {
			t.Fatalf("x/net reads stream %d, the tap does not", newest)
		}
		got := xs[0].Request
		xs = xs[1:]
		if got.Method != want.PseudoValue("method") || got.Target != want.PseudoValue("path") || len(got.Header) != len(want.RegularFields()) {
			t.Fatalf("stream %d: x/net reads %v, the tap %+v", newest, want.Fields, got)
		}
		for i, field := range want.RegularFields() {
			if got.Header[i] != (exchange.Field{Name: field.Name, Value: field.Value}) {
				t.Fatalf("stream %d: x/net reads %v, the tap %+v", newest, want.Fields, got)
			}
		}
	}
}
