package remote

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"httpwhy/inspector/exchange"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func listen(t *testing.T) (net.Listener, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, path
}

func dial(t *testing.T, path string) *Client {
	t.Helper()
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// echo answers with what it was asked.
func echo(_ context.Context, r *Request) *Reply {
	return &Reply{Version: r.Since, IDs: r.IDs, Data: bytes.Repeat([]byte{byte(r.Op)}, r.N)}
}

func TestManyQuestionsAtOnce(t *testing.T) {
	l, path := listen(t)
	s := Serve(l, "/the/capture", echo)
	defer s.Close()
	c := dial(t, path)
	if c.Dir() != "/the/capture" {
		t.Errorf("dir %q", c.Dir())
	}
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			for i := range 20 {
				size := n * i * 1000
				reply, err := c.Call(t.Context(), &Request{Op: Rows, Since: uint64(i), IDs: []exchange.ID{exchange.ID(n)}, N: size})
				if err != nil || reply.Version != uint64(i) || reply.IDs[0] != exchange.ID(n) || len(reply.Data) != size {
					t.Errorf("%+v, %v", reply, err)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestNobodyThere(t *testing.T) {
	l, path := listen(t)
	if _, err := Dial(t.Context(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, ErrGone) {
		t.Errorf("no socket: %v", err)
	}
	s := Serve(l, "", echo)
	c := dial(t, path)
	s.Close()
	if _, err := c.Call(t.Context(), &Request{Op: Version}); !errors.Is(err, ErrGone) {
		t.Errorf("closed: %v", err)
	}
}

func TestClosingEndsQuestions(t *testing.T) {
	l, path := listen(t)
	asked := make(chan struct{})
	s := Serve(l, "", func(ctx context.Context, _ *Request) *Reply {
		close(asked)
		<-ctx.Done()
		return &Reply{}
	})
	c := dial(t, path)
	answered := make(chan error)
	go func() {
		_, err := c.Call(context.Background(), &Request{Op: Wait})
		answered <- err
	}()
	<-asked
	s.Close()
	if err := <-answered; !errors.Is(err, ErrGone) {
		t.Errorf("%v", err)
	}
}

func TestTheAskerGivesUp(t *testing.T) {
	l, path := listen(t)
	release := make(chan struct{})
	s := Serve(l, "", func(_ context.Context, r *Request) *Reply {
		if r.Op == Wait {
			<-release
		}
		return &Reply{Version: 5}
	})
	defer s.Close()
	defer close(release)
	c := dial(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Call(ctx, &Request{Op: Wait}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if reply, err := c.Call(t.Context(), &Request{Op: Version}); err != nil || reply.Version != 5 {
		t.Errorf("the next question: %+v, %v", reply, err)
	}
}

func TestAnotherVersion(t *testing.T) {
	l, path := listen(t)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			write(conn, hello{Protocol: protocol + 1})
			conn.Close()
		}
	}()
	if _, err := Dial(t.Context(), path); !errors.Is(err, ErrProtocol) {
		t.Errorf("%v", err)
	}
}

// TestOddRequests: whoever talks nonsense is cut off, others are not harmed.
func TestOddRequests(t *testing.T) {
	l, path := listen(t)
	s := Serve(l, "", echo)
	defer s.Close()
	for name, bytes := range map[string][]byte{
		"too long": binary.BigEndian.AppendUint32(nil, maxRequest+1),
		"no CBOR":  append(binary.BigEndian.AppendUint32(nil, 3), 0xff, 0xff, 0xff),
		"HTTP":     []byte("GET / HTTP/1.1\r\n\r\n"),
	} {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		var h hello
		if err := read(conn, &h, maxRequest); err != nil {
			t.Fatal(err)
		}
		conn.Write(bytes)
		conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		if n, err := conn.Read(make([]byte, 1)); n > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %d, %v", name, n, err)
		}
		conn.Close()
	}
	if _, err := dial(t, path).Call(t.Context(), &Request{Op: Version}); err != nil {
		t.Error(err)
	}
}

func TestTooManyConnections(t *testing.T) {
	l, path := listen(t)
	s := Serve(l, "", echo)
	defer s.Close()
	for range maxConns {
		dial(t, path)
	}
	if _, err := Dial(t.Context(), path); !errors.Is(err, ErrGone) {
		t.Errorf("%v", err)
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	write(&b, &Request{Op: RowsOf, IDs: []exchange.ID{1, 2}})
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Request
		if read(bytes.NewReader(b), &r, maxRequest) == nil && len(r.IDs) > len(b) {
			t.Errorf("%d IDs in %d bytes", len(r.IDs), len(b))
		}
		var reply Reply
		read(bytes.NewReader(b), &reply, maxRequest)
	})
}
