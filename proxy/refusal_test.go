package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

func TestRequestsThatCannotBeReadHaveARow(t *testing.T) {
	for _, request := range []string{
		"GET http://a b/ HTTP/1.1\r\nHost: x\r\n\r\n",
		"nonsense\r\n\r\n",
		"GET http://x.test/ HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
	} {
		l := newLab(t, nil)
		c := l.dial()
		say(request)(c)
		if got := readHead(t, c); !strings.HasPrefix(got, "HTTP/1.1 400 ") {
			t.Errorf("got %q", got)
		}
		x := l.next()
		if x.Failure == nil || x.Failure.Kind != exchange.MalformedRequest || x.Status() != 400 || !x.Synthetic || !strings.HasPrefix(request, string(x.Failure.Excerpt)) {
			t.Errorf("%q: recorded %d %+v", request, x.Status(), x.Failure)
		}
		l.quiet()
	}
}

// TestManyFields: all fields of a message pass, and a bounded number is recorded.
func TestManyFields(t *testing.T) {
	fields := strings.Repeat("X-A: b\r\n", maxFields+9)
	answer := "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 0\r\n\r\n"
	l := newLab(t, nil)
	heads := make(chan string, 1)
	origin := rawOrigin(t, nil, func(c net.Conn, br *bufio.Reader) {
		head, _ := takeHead(br)
		heads <- head
		_, _ = io.WriteString(c, answer)
		_, _ = br.ReadByte()
	})
	c := l.dial()
	fmt.Fprintf(c, "GET http://%s/ HTTP/1.1\r\nHost: %[1]s\r\n%s\r\n", origin, fields)
	if got := readHead(t, c); got != answer {
		t.Errorf("the client got %d bytes, want %d", len(got), len(answer))
	}
	if head := <-heads; strings.Count(head, "X-A: b\r\n") != maxFields+9 {
		t.Errorf("the origin got %d bytes", len(head))
	}
	x := l.next()
	if len(x.Request.Header) != maxFields || len(x.Response.Header) != maxFields || len(x.Notes) != 2 {
		t.Errorf("recorded %d and %d fields, %v", len(x.Request.Header), len(x.Response.Header), x.Notes)
	}
	c.Close()
	l.quiet()
}

// TestLargeRequestHead: a head beyond the bound is refused, and has a row.
func TestLargeRequestHead(t *testing.T) {
	l := newLab(t, nil)
	c := l.dial()
	go func() {
		_, _ = io.WriteString(c, "GET http://x.test/ HTTP/1.1\r\nHost: x.test\r\nX-A: ")
		_, _ = io.WriteString(c, strings.Repeat("a", maxHeader+(64<<10)))
		_, _ = io.WriteString(c, "\r\n\r\n")
	}()
	if got := readHead(t, c); !strings.HasPrefix(got, "HTTP/1.1 431 ") {
		t.Errorf("got %q", got)
	}
	if x := l.next(); x.Failure == nil || x.Failure.Kind != exchange.MalformedRequest || x.Status() != 431 || !x.Synthetic {
		t.Errorf("recorded %d %+v", x.Status(), x.Failure)
	}
	c.Close()
	l.quiet()
}
