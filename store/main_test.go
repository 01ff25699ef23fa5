package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"httpwhy/inspector/exchange"
)

// TestMain lets the test binary stand for other processes, too.
func TestMain(m *testing.M) {
	if role := os.Getenv("STORE_TEST_ROLE"); role != "" {
		os.Exit(play(role, os.Getenv("STORE_TEST_DIR")))
	}
	// Each check opens captures and syncs a disk that is shared.
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

func open(t testing.TB, dir string, o Options) *Capture {
	t.Helper()
	c, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

func settle(t testing.TB, c *Capture) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := c.Sync(ctx); err != nil {
		t.Fatal(err)
	}
}

func shut(t testing.TB, c *Capture) {
	t.Helper()
	if err := c.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// content are n bytes that depend on seed.
func content(seed, n int) []byte {
	b := make([]byte, n)
	x := uint32(seed)*2654435761 + 1
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

// newExchange is the head of a request.
func newExchange(path string) *exchange.Exchange {
	return &exchange.Exchange{
		State: exchange.Active, Mode: exchange.Forward, Start: time.Unix(1700000000, 123456789),
		URL:     "http://a.test" + path,
		Request: exchange.Message{Method: "GET", Target: path, Proto: "HTTP/1.1", Header: exchange.Header{{Name: "X-Wire", Value: "\xff\xfe"}}},
		Client:  exchange.Connection{Number: 1, Addr: netip.MustParseAddrPort("127.0.0.1:4711")},
	}
}

// respond gives x a response with this body; the part beyond the head is
// spilled to c, if it is not nil. It does what a recorder's draft does.
func respond(c *Capture, x *exchange.Exchange, body []byte) {
	head := body[:min(len(body), exchange.HeadSize)]
	b := exchange.Body{State: exchange.WholeBody, Size: int64(len(body)), Expected: int64(len(body)), Kept: int64(len(body)), Data: head}
	if len(body) == 0 {
		b.State = exchange.NoBody
	} else {
		b.SHA256 = sha256.Sum256(body)
	}
	for rest := body[len(head):]; len(rest) > 0; {
		n := min(len(rest), exchange.HeadSize)
		if !c.Spill(x.ID, exchange.ResponseSide, bytes.Clone(rest[:n])) {
			b.State, b.Kept = exchange.CutBody, int64(len(body)-len(rest))
			break
		}
		rest = rest[n:]
	}
	x.Response = &exchange.Message{
		Status: 200, Reason: "OK", Proto: "HTTP/1.1", Body: b,
		Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}},
	}
	x.Timing.End = 5 * time.Millisecond
	x.State = exchange.Complete
}

// record records one exchange with a response of this body.
func recordOne(c *Capture, path string, body []byte) exchange.ID {
	x := newExchange(path)
	x.ID = c.Begin(x)
	respond(c, x, body)
	c.End(x)
	return x.ID
}

// checkBody compares what is kept of a response's body.
func checkBody(t testing.TB, r Reader, id exchange.ID, want []byte) {
	t.Helper()
	x, err := r.Exchange(t.Context(), id)
	if err != nil {
		t.Error(err)
		return
	}
	if !bytes.Equal(x.Response.Body.Data, want[:min(len(want), exchange.HeadSize)]) {
		t.Errorf("exchange %d: the head of the body has %d bytes, %v", id, len(x.Response.Body.Data), x.Notes)
	}
	got, err := r.ReadBody(t.Context(), id, exchange.ResponseSide, 0, len(want)+1)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("exchange %d: read %d bytes of %d, %v", id, len(got), len(want), err)
	}
	if len(want) > 0 && x.Response.Body.SHA256 != sha256.Sum256(got) {
		t.Errorf("exchange %d: the digest does not match", id)
	}
}

// play is what the test binary does as another process.
func play(role, dir string) int {
	if err := roles[role](dir); err != nil {
		fmt.Println("error:", err)
		return 1
	}
	return 0
}
