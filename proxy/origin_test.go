package proxy

import (
	"io"
	"net"
	"testing"
)

// TestAnswerHeadsStayApart: net/http gives a connection to the next request
// before it hands over an answer without content. The next answer may have come
// when the first is recorded.
func TestAnswerHeadsStayApart(t *testing.T) {
	ours, theirs := net.Pipe()
	defer ours.Close()
	go func() {
		defer theirs.Close()
		io.WriteString(theirs, "HTTP/1.1 204 First\r\nX-Case: 1\r\n\r\n")
		io.WriteString(theirs, "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 Second\r\nContent-Length: 0\r\n\r\n")
	}()
	c := &originConn{Conn: ours}
	p := make([]byte, 1024)
	first := c.watch()
	if _, err := c.Read(p); err != nil {
		t.Fatal(err)
	}
	second := c.watch()
	if _, _, ok := second.final(); ok {
		t.Error("the second answer is there before it came")
	}
	if _, err := c.Read(p); err != nil {
		t.Fatal(err)
	}
	if m, _, ok := first.final(); !ok || m.Status != 204 || m.Header.Get("X-Case") != "1" {
		t.Errorf("the first answer is %+v", m)
	}
	if m, _, ok := second.final(); !ok || m.Reason != "Second" {
		t.Errorf("the second answer is %+v", m)
	}
	if m, ok := second.interim(0); !ok || m.Status != 103 {
		t.Errorf("the interim answer is %+v", m)
	}
	if _, ok := first.interim(1); ok {
		t.Error("the first answer has two heads")
	}
}
