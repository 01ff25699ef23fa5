package proxy

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// counted is a connection that notes the sizes of its reads and writes. Reads
// take what input has; at its end they wait for the end of the test.
type counted struct {
	net.Conn
	input  *bytes.Reader
	reads  []int
	writes []int
	out    bytes.Buffer
	closed bool
	broken error
	onWait func()
}

func (c *counted) Read(p []byte) (int, error) {
	if c.input.Len() == 0 && c.onWait != nil {
		c.onWait()
	}
	n, err := c.input.Read(p)
	c.reads = append(c.reads, n)
	return n, err
}

func (c *counted) Write(p []byte) (int, error) {
	if c.broken != nil {
		return 0, c.broken
	}
	c.writes = append(c.writes, len(p))
	return c.out.Write(p)
}

func (c *counted) Close() error { c.closed = true; return nil }

const recordSize = 16<<10 + 22

// TestGathererMovesMuchAtOnce passes a large stream on in pieces of a record,
// and needs few reads and writes for it.
func TestGathererMovesMuchAtOnce(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 100<<10)
	from, to := &counted{input: bytes.NewReader(content)}, &counted{}
	src, dst := &gatherer{Conn: from}, &gatherer{Conn: to}
	src.partner, dst.partner = dst, src
	from.onWait = func() {
		if to.out.Len() != len(content) {
			t.Errorf("%d of %d bytes were passed on before the source waits for more", to.out.Len(), len(content))
		}
	}
	buf := make([]byte, recordSize)
	for {
		n, err := src.Read(buf)
		if errors.Is(err, io.EOF) {
			break
		}
		dst.holding(true)
		if _, err := dst.Write(buf[:n]); err != nil {
			t.Fatal(err)
		}
		dst.holding(false)
	}
	if !bytes.Equal(to.out.Bytes(), content) {
		t.Error("the bytes changed")
	}
	if most := len(content)/gatherSize + 5; len(from.reads) > most || len(to.writes) > most {
		t.Errorf("%d reads and %d writes, want at most %d each", len(from.reads), len(to.writes), most)
	}
	if src.ahead != nil || dst.held != nil {
		t.Error("an idle gatherer holds a buffer")
	}
}

// TestGathererHoldsNothingSmallBack: what came is passed on before the source
// waits, though it filled no buffer.
func TestGathererHoldsNothingSmallBack(t *testing.T) {
	to := &counted{}
	from := &counted{input: bytes.NewReader([]byte("event"))}
	from.onWait = func() {
		if to.out.String() != "event" {
			t.Errorf("%q was passed on before the source waits", to.out.String())
		}
	}
	src, dst := &gatherer{Conn: from}, &gatherer{Conn: to}
	src.partner = dst
	buf := make([]byte, recordSize)
	n, _ := src.Read(buf)
	dst.holding(true)
	dst.Write(buf[:n])
	dst.holding(false)
	if len(to.writes) != 0 {
		t.Error("it was not held")
	}
	if _, err := src.Read(buf); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}

// TestGathererKeepsTheOrder: what is not to be held, an alert, goes out behind
// what is.
func TestGathererKeepsTheOrder(t *testing.T) {
	to := &counted{}
	g := &gatherer{Conn: to}
	g.holding(true)
	g.Write([]byte("data "))
	g.holding(false)
	g.Write([]byte("alert"))
	if to.out.String() != "data alert" {
		t.Errorf("sent %q", to.out.String())
	}
	g.holding(true)
	g.Write([]byte(" end"))
	g.Close()
	if to.out.String() != "data alert end" || !to.closed {
		t.Errorf("sent %q, closed %t", to.out.String(), to.closed)
	}
}

func TestGathererTellsWhatCouldNotBePassedOn(t *testing.T) {
	to := &counted{broken: errors.New("broken pipe")}
	src, dst := &gatherer{Conn: &counted{input: bytes.NewReader(nil)}}, &gatherer{Conn: to}
	src.partner = dst
	dst.holding(true)
	if _, err := dst.Write([]byte("data")); err != nil {
		t.Fatal(err)
	}
	_, err := src.Read(make([]byte, recordSize))
	var unsent *flushError
	if !errors.As(err, &unsent) || !errors.Is(err, to.broken) {
		t.Errorf("got %v", err)
	}
}

// TestGathererClosesDuringAFlush: a peer that reads nothing does not keep a
// connection from being closed.
func TestGathererClosesDuringAFlush(t *testing.T) {
	client, server := net.Pipe()
	defer server.Close()
	g := &gatherer{Conn: client}
	g.holding(true)
	g.Write([]byte("data"))
	flushed := make(chan error, 1)
	go func() { flushed <- g.flush() }()
	server.SetReadDeadline(time.Now().Add(time.Minute))
	server.Read(make([]byte, 1)) // the flush is under way
	g.Close()
	if err := <-flushed; err == nil {
		t.Error("the flush succeeded")
	}
}
