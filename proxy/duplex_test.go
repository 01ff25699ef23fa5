package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"testing"

	"httpwhy/inspector/exchange"
)

// TestAnswerDuringTheContent: an origin answers part by part while the content
// still comes. Neither direction waits for the other, and no byte of either is
// lost.
func TestAnswerDuringTheContent(t *testing.T) {
	eachLane(t, func(l *lab, n lane) {
		const parts, size = 8, 1000
		c, target, authority := n.open(l, func(c net.Conn, br *bufio.Reader) {
			if _, err := takeHead(br); err != nil {
				return
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 8000\r\n\r\n")
			part := make([]byte, size)
			for range parts {
				if _, err := io.ReadFull(br, part); err != nil {
					return
				}
				_, _ = c.Write(part)
			}
			_, _ = br.ReadByte()
		})
		fmt.Fprintf(c, "POST %s/ HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n", target, authority, parts*size)
		readHead(l.t, c)
		sent, got := make([]byte, size), make([]byte, size)
		for i := range parts {
			for k := range sent {
				sent[k] = byte(i*size + k)
			}
			_, _ = c.Write(sent)
			if _, err := io.ReadFull(c, got); err != nil || string(got) != string(sent) {
				l.t.Fatalf("part %d came back as %.20q: %v", i, got, err)
			}
		}
		x := l.next()
		if x.Failure != nil || x.Request.Body.Size != parts*size || x.Response.Body.State != exchange.WholeBody {
			l.t.Errorf("recorded %+v, %d bytes sent, body %s", x.Failure, x.Request.Body.Size, x.Response.Body.State)
		}
		c.Close()
	})
}

// TestLengthsStayAsTheyAre: of a message without content, what it says of its
// length is passed on, and no more than that.
func TestLengthsStayAsTheyAre(t *testing.T) {
	eachLane(t, func(l *lab, n lane) {
		asked := make(chan string, 1)
		answer := ""
		c, target, authority := n.open(l, func(c net.Conn, br *bufio.Reader) {
			for {
				head, err := takeHead(br)
				if err != nil {
					return
				}
				asked <- head
				_, _ = io.WriteString(c, answer)
			}
		})
		for _, test := range []struct{ method, length, status, rest string }{
			{"POST", "", "201 ", "Content-Length: 0\r\n\r\n"},
			{"PUT", "Content-Length: 0\r\n", "299 ", "content-length: 00\r\n\r\n"},
			{"GET", "content-length: 0\r\n", "200 OK", "X: y\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
			{"DELETE", "Content-Length: 0\r\n", "204 Gone well", "Content-Length: 7\r\n\r\n"},
		} {
			answer = "HTTP/1.1 " + test.status + "\r\n" + test.rest
			fmt.Fprintf(c, "%s %s/ HTTP/1.1\r\nHost: %s\r\n%s\r\n", test.method, target, authority, test.length)
			want := fmt.Sprintf("%s / HTTP/1.1\r\nHost: %s\r\n%s\r\n", test.method, authority, test.length)
			if got := <-asked; got != want {
				l.t.Errorf("the origin was asked %q, want %q", got, want)
			}
			if got := readFull(c, make([]byte, len(answer))); got != answer {
				l.t.Errorf("%s %s: the client got %q", test.method, answer, got)
			}
			x := l.next()
			if x.Failure != nil || x.Response.Body.State != exchange.NoBody {
				l.t.Errorf("%s %s: recorded %+v, body %s", test.method, answer, x.Failure, x.Response.Body.State)
			}
			if test.method == "DELETE" && x.Response.Body.Expected != 7 {
				l.t.Errorf("the announced length is recorded as %d", x.Response.Body.Expected)
			}
		}
		c.Close()
	})
}
