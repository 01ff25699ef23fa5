package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// TestBrokenRequestIsTheClients: what is wrong with the content of a request is
// not said of the origin, which is still waiting for it.
func TestBrokenRequestIsTheClients(t *testing.T) {
	tests := []struct {
		name, fields, content string
		kind                  exchange.FailureKind
		status                int // of the answer on plain HTTP
	}{
		{"a short length", "Content-Length: 10", "abc", exchange.ClientGone, 0},
		{"no last chunk", "Transfer-Encoding: chunked", "3\r\nabc\r\n", exchange.ClientGone, 0},
		{"cut after 100", "Expect: 100-continue\r\nContent-Length: 10", "abc", exchange.ClientGone, 0},
		{"no chunk", "Transfer-Encoding: chunked", "3\r\nabc\r\nzz\r\n", exchange.ChunkedInvalid, 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			eachLane(t, func(l *lab, n lane) {
				came := make(chan struct{})
				c, target, authority := n.open(l, func(_ net.Conn, br *bufio.Reader) {
					_, _ = takeHead(br)
					for got := ""; !strings.Contains(got, "abc"); {
						b, err := br.ReadByte()
						if err != nil {
							break
						}
						got += string(b)
					}
					close(came)
					_, _ = io.Copy(io.Discard, br)
				})
				fmt.Fprintf(c, "POST %s/ HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n%s", target, authority, test.fields, test.content)
				select {
				case <-came:
				case <-time.After(patience):
					l.t.Fatal("the origin did not get the content")
				}
				if test.status != 0 && !n.secure {
					if got := readHead(l.t, c); !strings.HasPrefix(got, "HTTP/1.1 400 ") || !strings.Contains(got, "http_request_error") {
						l.t.Errorf("answered %q", got)
					}
				}
				c.Close()
				x := l.next()
				if f := x.Failure; f == nil || f.Kind != test.kind || f.Peer != exchange.ClientPeer {
					l.t.Fatalf("recorded %+v", f)
				}
				if x.ClosedBy == exchange.ServerPeer || x.Request.Body.Size != 3 || x.Request.Body.State != exchange.InterruptedBody {
					l.t.Errorf("closed by %q, the request has %d bytes, %s", x.ClosedBy, x.Request.Body.Size, x.Request.Body.State)
				}
			})
		})
	}
}

// TestClientGoneDuringTheAnswer: the origin answers while the request still
// comes, and then the client leaves.
func TestClientGoneDuringTheAnswer(t *testing.T) {
	eachLane(t, func(l *lab, n lane) {
		c, target, authority := n.open(l, func(c net.Conn, br *bufio.Reader) {
			_, _ = takeHead(br)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
			_, _ = io.Copy(io.Discard, br)
		})
		fmt.Fprintf(c, "POST %s/ HTTP/1.1\r\nHost: %s\r\nContent-Length: 10\r\n\r\nabc", target, authority)
		readHead(l.t, c)
		readFull(c, make([]byte, 3))
		c.Close()
		x := l.next()
		if f := x.Failure; f == nil || f.Kind != exchange.ClientGone || x.ClosedBy != exchange.ClientPeer {
			l.t.Errorf("recorded %+v, closed by %q", f, x.ClosedBy)
		}
	})
}
