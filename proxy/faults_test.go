package proxy

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"httpwhy/inspector/exchange"
)

// script is what both sides say in one protocol.
type script struct {
	name     string
	protocol string // ALPN; "" is cleartext inside the CONNECT
	request  []byte
	response []byte
	// kindAt is what a response that is cut after n bytes counts as.
	kindAt func(n int) exchange.FailureKind
	cuts   []int // of the response
	parts  []int // of the request
	// untilClose: the end of the response is that of the connection.
	untilClose bool
}

const (
	faultRequest = "POST /p HTTP/1.1\r\nHost: localhost\r\nX-Field: some value\r\nContent-Length: 10\r\n\r\n0123456789"
	faultHead    = "HTTP/1.1 200 OK\r\nX-Field: value\r\n"
)

// framings are the ways in which a response says where it ends, with the places
// in the body where it is cut.
var framings = []struct {
	name, head, body string
	cuts             []int
}{
	{"content-length", "Content-Length: 10\r\n\r\n", "0123456789", []int{0, 5, 10}},
	{"chunked", "Transfer-Encoding: chunked\r\n\r\n", "5;e\r\n01234\r\n5\r\n56789\r\n0\r\nX-T: v\r\n\r\n", []int{0, 1, 3, 5, 8, 10, 12, 14, 22, 24, 27, 34, 36}},
	{"until close", "\r\n", "0123456789", []int{0, 5, 10}},
}

// h1Scripts has one script for each framing, inside TLS or in the clear.
func h1Scripts(name, protocol string) []script {
	const request = faultRequest
	var all []script
	for _, f := range framings {
		head := faultHead + f.head
		s := script{
			name: name + " " + f.name, protocol: protocol, request: []byte(request), response: []byte(head + f.body),
			cuts:  []int{0, 4, 14, 17, 25, len(head) - 1},
			parts: []int{0, 3, 30, len(request) - 10, len(request) - 4, len(request)},
			kindAt: func(n int) exchange.FailureKind {
				switch {
				case n == 0:
					return exchange.EmptyReply
				case n < len(head):
					return exchange.ResponseHeadTruncated
				case n < len(head)+len(f.body) && f.name != "until close":
					return exchange.BodyTruncated
				}
				return ""
			},
			untilClose: f.name == "until close",
		}
		for _, n := range f.cuts {
			s.cuts = append(s.cuts, len(head)+n)
		}
		all = append(all, s)
	}
	return all
}

func scripts() []script {
	return append(append(h1Scripts("h1 in TLS", "http/1.1"), h1Scripts("h1 in the clear", "")...), h2Script())
}

func h2Script() script {
	var up, down, block bytes.Buffer
	enc := hpack.NewEncoder(&block)
	fields := func(pairs ...string) []byte {
		block.Reset()
		for i := 0; i < len(pairs); i += 2 {
			_ = enc.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
		}
		return bytes.Clone(block.Bytes())
	}
	up.WriteString(http2.ClientPreface)
	f := http2.NewFramer(&up, nil)
	_ = f.WriteSettings()
	settled := up.Len()
	_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, EndHeaders: true, BlockFragment: fields(
		":method", "POST", ":scheme", "https", ":authority", "localhost", ":path", "/p")})
	headed := up.Len()
	_ = f.WriteData(1, true, []byte("0123456789"))
	f = http2.NewFramer(&down, nil)
	enc = hpack.NewEncoder(&block)
	_ = f.WriteSettings()
	begun := down.Len()
	_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, EndHeaders: true, BlockFragment: fields(":status", "200", "content-length", "10")})
	answered := down.Len()
	_ = f.WriteData(1, true, []byte("0123456789"))
	return script{
		name: "h2", protocol: "h2", request: up.Bytes(), response: down.Bytes(),
		cuts:  []int{0, 5, begun, begun + 4, begun + 10, answered, answered + 4, answered + 12, down.Len()},
		parts: []int{0, 10, settled, settled + 4, settled + 12, headed, headed + 14, up.Len()},
		kindAt: func(n int) exchange.FailureKind {
			switch {
			case n < begun+9: // a frame begins with its head
				return exchange.EmptyReply
			case n < answered:
				return exchange.ResponseHeadTruncated
			case n < down.Len():
				return exchange.BodyTruncated
			}
			return ""
		},
	}
}

// ends are the ways in which a side ends its connection.
var ends = map[string]func(net.Conn){
	"close": func(c net.Conn) { _ = c.Close() },
	"cut":   func(c net.Conn) { _ = transportOf(c).Close() }, // TLS without close_notify
	"half": func(c net.Conn) { // and waits for the other side
		_ = closeWrite(c)
		_, _ = io.Copy(io.Discard, c)
	},
	"reset": func(c net.Conn) { resetAll(c) },
}

// open connects a scripted client, through the proxy unless l is nil.
func (s *script) open(t *testing.T, l *lab, target string) net.Conn {
	t.Helper()
	var c net.Conn
	cfg := &tls.Config{ServerName: "localhost", InsecureSkipVerify: true, NextProtos: []string{s.protocol}}
	if l != nil {
		c = l.connect(target)
	} else {
		var err error
		if c, err = net.Dial("tcp", target); err != nil {
			t.Fatal(err)
		}
	}
	if s.protocol == "" {
		return c
	}
	tc := tls.Client(c, cfg)
	if err := tc.Handshake(); err != nil {
		t.Fatal(err)
	}
	return tc
}

func (s *script) secure() *tls.Config {
	if s.protocol == "" {
		return nil
	}
	return originTLSConfig(s.protocol)
}

// seen is what a side gets until the connection ends, and how it ends.
func seen(c io.Reader) string {
	b, err := io.ReadAll(c)
	how := "end"
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		how = "reset"
	case errors.Is(err, io.ErrUnexpectedEOF):
		how = "cut"
	case err != nil:
		how = err.Error()
	}
	return fmt.Sprintf("%q, then %s", b, how)
}

// TestOriginFaults cuts a response at each kind of place. With --on-failure close
// the client must not be able to tell that we are there.
func TestOriginFaults(t *testing.T) {
	for _, s := range scripts() {
		for end, do := range ends {
			l := newLab(t, func(c *Config) { c.OnFailureClose = true })
			for _, n := range s.cuts {
				name := fmt.Sprintf("%s, %s after %d", s.name, end, n)
				origin := rawOrigin(t, s.secure(), func(c net.Conn, br *bufio.Reader) {
					_, _ = io.ReadFull(br, make([]byte, len(s.request)))
					_, _ = c.Write(s.response[:n])
					do(c)
				})
				var got [2]string
				for i, via := range []*lab{nil, l} {
					c := s.open(t, via, origin)
					_, _ = c.Write(s.request)
					got[i] = seen(c)
					c.Close()
				}
				if got[0] != got[1] {
					t.Errorf("%s: the client sees %s\nwithout us %s", name, got[1], got[0])
				}
				want := s.kindAt(n)
				if end == "reset" && (want != "" || s.untilClose) {
					want = exchange.ConnectionReset
				}
				checkFault(t, name, l.next(), want, exchange.ServerPeer)
			}
			l.quiet()
		}
	}
}

// TestPlainResponseEndsAsTheOriginEnded: through a proxy in absolute-form, too, a
// response that is cut by a reset ends with one, and the other with an end.
func TestPlainResponseEndsAsTheOriginEnded(t *testing.T) {
	for _, head := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n",
	} {
		for end, do := range ends {
			l := newLab(t, nil)
			origin := rawOrigin(t, nil, func(c net.Conn, br *bufio.Reader) {
				_, _ = io.ReadFull(br, make([]byte, 10))
				_, _ = io.WriteString(c, head+"01234")
				do(c)
			})
			c := l.dial()
			fmt.Fprintf(c, "GET http://%s/ HTTP/1.1\r\nHost: %[1]s\r\n\r\n", origin)
			got := seen(c)
			c.Close()
			want := "01234\", then end"
			if strings.Contains(head, "chunked") {
				want = "5\\r\\n01234\\r\\n\", then end" // a chunk ends where ours does
			}
			kind := exchange.BodyTruncated
			if end == "reset" {
				want, kind = strings.Replace(want, "end", "reset", 1), exchange.ConnectionReset
			}
			if !strings.HasSuffix(got, want) {
				t.Errorf("%s: the client sees %s, want its end to be %s", end, got, want)
			}
			checkFault(t, end, l.next(), kind, exchange.ServerPeer)
			l.quiet()
		}
	}
}

func checkFault(t *testing.T, name string, x *exchange.Exchange, want exchange.FailureKind, by exchange.Peer) {
	t.Helper()
	switch f := x.Failure; {
	case want == "" && f != nil:
		t.Errorf("%s: recorded %s, %s", name, f.Kind, f.Message)
	case want == "":
	case f == nil:
		t.Errorf("%s: recorded as %s, want %s", name, x.State, want)
	case f.Kind != want || f.Peer != by || x.ClosedBy != by:
		t.Errorf("%s: recorded %s by %s closed by %s (%s), want %s", name, f.Kind, f.Peer, x.ClosedBy, f.Message, want)
	}
	if x.Synthetic {
		t.Errorf("%s: answered by us", name)
	}
}

// TestClientFaults cuts a request at each kind of place: the origin must get
// what it gets without us.
func TestClientFaults(t *testing.T) {
	for _, s := range scripts() {
		for end, do := range ends {
			l := newLab(t, nil)
			for _, n := range s.parts {
				name := fmt.Sprintf("%s, %s after %d", s.name, end, n)
				took := make(chan string, 1)
				origin := rawOrigin(t, s.secure(), func(c net.Conn, br *bufio.Reader) {
					took <- seen(br)
				})
				var got [2]string
				for i, via := range []*lab{nil, l} {
					c := s.open(t, via, origin)
					_, _ = c.Write(s.request[:n])
					do(c)
					if via != nil && s.protocol == "" && n == 0 {
						got[i] = got[0] // nothing was said, so no origin is dialled
						continue
					}
					got[i] = <-took
				}
				asReset := end == "reset" && strings.HasSuffix(got[1], "then reset")
				if got[0] != got[1] && !asReset {
					t.Errorf("%s: the origin sees %s\nwithout us %s", name, got[1], got[0])
				}
				checkClientFault(t, name, l.next())
			}
			l.quiet()
		}
	}
}

// checkClientFault: a connection without a request is no failure, one with is
// never the server's.
func checkClientFault(t *testing.T, name string, x *exchange.Exchange) {
	t.Helper()
	switch f := x.Failure; {
	case x.Mode == exchange.Tunnel:
		if f != nil && f.Peer != exchange.ClientPeer {
			t.Errorf("%s: recorded %s, %s", name, f.Kind, f.Message)
		}
	case f == nil:
		t.Errorf("%s: recorded as %s %v", name, x.State, x.Notes)
	case f.Peer != exchange.ClientPeer || x.ClosedBy != exchange.ClientPeer || f.Kind != exchange.ClientGone && f.Kind != exchange.MalformedRequest:
		t.Errorf("%s: recorded %s by %s, %s", name, f.Kind, f.Peer, f.Message)
	}
}

// TestFaultsLeakNothing repeats faults of both sides, 10,000 of them.
func TestFaultsLeakNothing(t *testing.T) {
	rounds := 10_000
	if testing.Short() || underRace {
		rounds = 1_000
	}
	kinds := []func(net.Conn){ends["close"], ends["reset"], ends["cut"]}
	all := scripts()
	l := newLab(t, nil)
	before := openFiles(t) + len(all) // the origins listen to the end
	for _, s := range all {
		var turn atomic.Int64
		origin := rawOrigin(t, s.secure(), func(c net.Conn, br *bufio.Reader) {
			i := int(turn.Load())
			_, _ = io.ReadFull(br, make([]byte, s.parts[i%len(s.parts)]))
			_, _ = c.Write(s.response[:s.cuts[i%len(s.cuts)]])
			kinds[i/len(kinds)%len(kinds)](c)
		})
		for i := range rounds / len(all) {
			turn.Store(int64(i))
			c := s.open(t, l, origin)
			_, _ = c.Write(s.request[:max(1, s.parts[i%len(s.parts)])])
			if i%3 > 0 {
				_, _ = io.Copy(io.Discard, c)
			}
			kinds[i%len(kinds)](c)
			l.next()
		}
	}
	l.quiet()                                    // and TestMain counts the goroutines
	if after := openFiles(t); after > before+5 { // the origins may still be closing
		t.Errorf("%d files are open, %d were before", after, before)
	}
}

func openFiles(t *testing.T) int {
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("the open files of this system cannot be counted")
	}
	return len(files)
}
