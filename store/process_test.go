package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// roles are what the test binary does as another process.
var roles = map[string]func(dir string) error{
	"own":  own,
	"load": load,
	"list": list,
}

// start runs the test binary as another process, with its output as lines.
func start(t *testing.T, role, dir string) (*exec.Cmd, *bufio.Reader, io.WriteCloser) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "STORE_TEST_ROLE="+role, "STORE_TEST_DIR="+dir)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	return c, bufio.NewReader(out), in
}

func line(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	s, err := r.ReadString('\n')
	if err != nil {
		t.Fatalf("the other process ended: %q, %v", s, err)
	}
	return strings.TrimSpace(s)
}

// own records one exchange, leaves another under way, and ends with its input.
func own(dir string) error {
	c, err := Open(dir, Options{})
	if err != nil {
		return err
	}
	c.SetInfo("127.0.0.1:8080")
	recordOne(c, "/one", content(1, 200_000))
	c.Begin(newExchange("/under-way"))
	if err := c.Sync(context.Background()); err != nil {
		return err
	}
	fmt.Println("ready")
	bufio.NewReader(os.Stdin).ReadString('\n')
	return c.Close(context.Background())
}

func list(dir string) error {
	r, err := OpenReader(dir)
	if err != nil {
		return err
	}
	rows, err := r.Rows(context.Background(), 0, 1000)
	fmt.Println(len(rows))
	return errors.Join(err, r.Close(context.Background()))
}

// load records without end and tells what is acknowledged.
func load(dir string) error {
	out := bufio.NewWriter(os.Stdout)
	c, err := Open(dir, Options{SegmentBytes: 1 << 20, Committed: func(xs []*exchange.Exchange) {
		for _, x := range xs {
			fmt.Fprintln(out, x.ID, x.Response.Body.Kept, hex.EncodeToString(x.Response.Body.SHA256[:]), x.Response.Body.State)
		}
		out.Flush()
	}})
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		size := rand.IntN(2000)
		if i%10 == 0 {
			size = rand.IntN(500_000)
		}
		recordOne(c, "/load", content(i, size))
		if i%50 == 0 {
			c.Begin(newExchange("/never-ends"))
		}
		if i%7 == 0 {
			time.Sleep(time.Millisecond) // the disk is shared
		}
	}
}

func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	dir := t.TempDir()
	var highest exchange.ID
	for range 5 {
		c, out, _ := start(t, "load", dir)
		var acknowledged []string
		acknowledged = append(acknowledged, line(t, out))
		kill := time.AfterFunc(time.Duration(50+rand.IntN(400))*time.Millisecond, func() { c.Process.Kill() })
		for {
			l, err := out.ReadString('\n')
			if err != nil {
				break // a last line may be cut
			}
			acknowledged = append(acknowledged, strings.TrimSpace(l))
		}
		kill.Stop()
		c.Wait()
		highest = max(highest, checkAcknowledged(t, dir, acknowledged))
	}
	if highest < 100 {
		t.Errorf("only %d exchanges in all", highest)
	}
}

func checkAcknowledged(t *testing.T, dir string, acknowledged []string) (highest exchange.ID) {
	t.Helper()
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context())
	for _, l := range acknowledged {
		var id exchange.ID
		var kept int64
		var digest, state string
		if n, err := fmt.Sscan(l, &id, &kept, &digest, &state); n < 4 {
			t.Fatalf("%q: %v", l, err)
		}
		highest = max(highest, id)
		x, err := r.Exchange(t.Context(), id)
		if err != nil {
			t.Errorf("acknowledged, but lost: %v", err)
			continue
		}
		body, err := r.ReadBody(t.Context(), id, exchange.ResponseSide, 0, 1<<20)
		if err != nil || int64(len(body)) != kept || len(x.Notes) > 0 {
			t.Errorf("exchange %d: %d bytes of %d, %v, %v", id, len(body), kept, x.Notes, err)
		}
		if sum := sha256.Sum256(body); state == string(exchange.WholeBody) && hex.EncodeToString(sum[:]) != digest {
			t.Errorf("exchange %d: another body", id)
		}
	}
	if rows, err := r.Rows(t.Context(), 0, 1<<20); err != nil || len(rows) < len(acknowledged) {
		t.Errorf("%d rows, %d acknowledged, %v", len(rows), len(acknowledged), err)
	}
	return highest
}

func TestASecondOwnerIsRefused(t *testing.T) {
	dir := t.TempDir()
	c, out, in := start(t, "own", dir)
	line(t, out)
	_, err := Open(dir, Options{})
	var busy *BusyError
	if !errors.As(err, &busy) || busy.PID != c.Process.Pid || busy.Dir != dir || busy.Socket == "" {
		t.Fatalf("%v, the owner is %d", err, c.Process.Pid)
	}
	if m := err.Error(); !strings.Contains(m, fmt.Sprint(c.Process.Pid)) || !strings.Contains(m, "--capture") || !strings.Contains(m, "view") {
		t.Errorf("%q does not say what to do", m)
	}
	fmt.Fprintln(in)
	c.Wait()
	shut(t, open(t, dir, Options{}))
}

func TestReadersBesideAnOwner(t *testing.T) {
	dir := t.TempDir()
	c, out, in := start(t, "own", dir)
	line(t, out)
	var readers []Reader
	for range 3 {
		r, err := OpenReader(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close(t.Context())
		readers = append(readers, r)
		i, err := r.Info(t.Context())
		if err != nil || i.PID != c.Process.Pid || i.Address != "127.0.0.1:8080" || i.Exchanges != 1 || i.Active != 1 || time.Since(i.Started) > time.Hour {
			t.Errorf("%+v, %v", i, err)
		}
		rows, err := r.Rows(t.Context(), 0, 10)
		if err != nil || len(rows) != 2 || rows[1].State != exchange.Active {
			t.Errorf("%+v, %v", rows, err)
		}
		checkBody(t, r, 1, content(1, 200_000))
	}
	_, listed, _ := start(t, "list", dir)
	if n := line(t, listed); n != "2" {
		t.Errorf("another process lists %s", n)
	}
	r := readers[0]
	v := r.Version()
	c.Process.Kill()
	c.Wait()
	if _, err := r.Rows(t.Context(), 0, 10); !errors.Is(err, ErrOwnerGone) {
		t.Errorf("the owner was killed: %v", err)
	}
	rows, err := r.Rows(t.Context(), 0, 10)
	if err != nil || len(rows) != 1 {
		t.Errorf("from the files: %+v, %v", rows, err)
	}
	if now := r.Version(); now <= v {
		t.Errorf("the version went from %d to %d", v, now)
	}
	if _, _, err := r.Changes(t.Context(), v); !errors.Is(err, ErrTooOld) {
		t.Errorf("changes over the change of sides: %v", err)
	}
	in.Close()

	// The next owner is noticed, and is not kept out by readers.
	next := open(t, dir, Options{})
	id := recordOne(next, "/next", nil)
	settle(t, next)
	if rows, err := r.Rows(t.Context(), id, 10); err != nil || len(rows) != 1 {
		t.Errorf("with a new owner: %+v, %v", rows, err)
	}
	if i, err := r.Info(t.Context()); err != nil || i.PID != os.Getpid() {
		t.Errorf("%+v, %v", i, err)
	}
}
