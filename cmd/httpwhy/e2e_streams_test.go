package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// patience bounds a wait that would otherwise hang a test: for a byte that is
// held back, it never comes.
const patience = 20 * time.Second

func echo(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		CompressionMode: websocket.CompressionContextTakeover, InsecureSkipVerify: true,
	})
	if err != nil {
		return
	}
	c.SetReadLimit(1 << 20)
	for {
		kind, message, err := c.Read(r.Context())
		if err != nil || c.Write(r.Context(), kind, message) != nil {
			return
		}
	}
}

// TestWebSocket: messages come back as they were sent, and are recorded
// unpacked, in both directions.
func TestWebSocket(t *testing.T) {
	plain := origin(t, echo)
	secure, pem := tlsOrigin(t, http.HandlerFunc(echo), true)
	r := startProxy(t, "--upstream-ca", pem)
	messages := []string{"hello", strings.Repeat("compressible ", 5000), "", "ümläut", "a\x00b\xff"}
	for _, url := range []string{plain.URL + "/ws", secure.URL + "/wss"} {
		t.Run(url[strings.LastIndex(url, "/")+1:], func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			transport := &http.Transport{TLSClientConfig: trusting(t, r.ca())}
			c, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{
				HTTPClient: r.throughProxy(transport), CompressionMode: websocket.CompressionContextTakeover,
			})
			if err != nil {
				t.Fatal(err)
			}
			c.SetReadLimit(1 << 20)
			for _, m := range messages {
				kind := websocket.MessageText
				if strings.Contains(m, "\xff") {
					kind = websocket.MessageBinary
				}
				if err := c.Write(ctx, kind, []byte(m)); err != nil {
					t.Fatal(err)
				}
				if _, got, err := c.Read(ctx); err != nil || string(got) != m {
					t.Fatalf("%q came back as %q: %v", m, got, err)
				}
			}
			if err := c.Close(websocket.StatusNormalClosure, "bye"); err != nil {
				t.Fatal(err)
			}
			x := r.record(r.healthy(url, 1)[0].ID)
			var got, want []string
			for _, f := range x.Frames {
				b := bodyJSON{Text: f.Text, Base64: f.Base64}
				got = append(got, fmt.Sprintf("%s %s %d %q", f.From, f.Type, f.Size, b.content()))
			}
			for _, m := range messages {
				kind := "text"
				if strings.Contains(m, "\xff") {
					kind = "binary"
				}
				for _, from := range []string{"client", "server"} {
					want = append(want, fmt.Sprintf("%s %s %d %q", from, kind, len(m), m))
				}
			}
			for _, from := range []string{"client", "server"} {
				want = append(want, fmt.Sprintf(`%s close 5 "\x03\xe8bye"`, from))
			}
			if x.Status != http.StatusSwitchingProtocols || !slices.Equal(got, want) {
				t.Errorf("status %d, frames\n%.300q\nwant\n%.300q", x.Status, got, want)
			}
		})
	}
}

// lockstep is a body of parts of which each is sent only when the one before
// has arrived: a part that anybody holds back holds back all.
type lockstep struct {
	parts   int
	part    func(int) string
	arrived chan int
}

func newLockstep(parts int, part func(int) string) *lockstep {
	return &lockstep{parts, part, make(chan int)}
}

// send writes the body. It ends early when a part does not arrive.
func (l *lockstep) send(ctx context.Context, w io.Writer, flush func() error) error {
	for i := range l.parts {
		if _, err := io.WriteString(w, l.part(i)); err != nil {
			return err
		}
		if err := flush(); err != nil {
			return err
		}
		select {
		case <-l.arrived:
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(patience):
			return fmt.Errorf("part %d did not arrive", i)
		}
	}
	return nil
}

// receive reads the body, and reports each part when all its bytes are there.
func (l *lockstep) receive(body io.Reader) error {
	for i := range l.parts {
		got := make([]byte, len(l.part(i)))
		if _, err := io.ReadFull(body, got); err != nil || string(got) != l.part(i) {
			return fmt.Errorf("part %d is %q: %w", i, got, err)
		}
		l.arrived <- i
	}
	if n, err := io.Copy(io.Discard, body); n != 0 || err != nil {
		return fmt.Errorf("%d bytes after the last part: %w", n, err)
	}
	return nil
}

func (l *lockstep) whole() string {
	var all strings.Builder
	for i := range l.parts {
		all.WriteString(l.part(i))
	}
	return all.String()
}

// TestBodiesStream: events, chunks and bodies of a fixed length arrive part by
// part, and are recorded whole.
func TestBodiesStream(t *testing.T) {
	bodies := map[string]*lockstep{
		"/events":  newLockstep(100, func(i int) string { return fmt.Sprintf("id: %d\ndata: event %d\n\n", i, i) }),
		"/chunked": newLockstep(20, func(i int) string { return strings.Repeat(string(rune('a'+i)), 1+i*100) }),
		"/fixed":   newLockstep(20, func(i int) string { return strings.Repeat(string(rune('a'+i)), 1+i*100) }),
	}
	failed := make(chan error, 1)
	eachProtocol(t, func(w http.ResponseWriter, r *http.Request) {
		body := bodies[r.URL.Path]
		switch r.URL.Path {
		case "/events":
			w.Header().Set("Content-Type", "text/event-stream")
			w.Header().Set("Cache-Control", "no-cache")
		case "/fixed":
			w.Header().Set("Content-Length", fmt.Sprint(len(body.whole())))
		}
		failed <- body.send(r.Context(), w, http.NewResponseController(w).Flush)
	}, func(t *testing.T, r *recorder, originURL string, client *http.Client) {
		for path, body := range bodies {
			resp, err := client.Get(originURL + path)
			if err != nil {
				t.Fatal(err)
			}
			err = body.receive(resp.Body)
			resp.Body.Close()
			if sent := <-failed; err != nil || sent != nil {
				t.Fatalf("%s: %v, %v", path, err, sent)
			}
			x := r.record(r.healthy(originURL+path, 1)[0].ID)
			if got := x.Response.Body.content(); got != body.whole() {
				t.Errorf("%s is recorded as %.200q", path, got)
			}
			if path != "/events" {
				continue
			}
			if len(x.Frames) != body.parts {
				t.Fatalf("%d events are recorded", len(x.Frames))
			}
			for i, f := range x.Frames {
				if f.Text == nil || !strings.Contains(*f.Text, fmt.Sprintf("event %d", i)) {
					t.Errorf("event %d is recorded as %v", i, f)
				}
			}
		}
	})
}

// TestUploadsStream: the origin server has each part of a request before the
// client sends the next.
func TestUploadsStream(t *testing.T) {
	upload := newLockstep(20, func(i int) string { return strings.Repeat(string(rune('a'+i)), 1+i*100) })
	failed := make(chan error, 1)
	eachProtocol(t, func(_ http.ResponseWriter, r *http.Request) {
		failed <- upload.receive(r.Body)
	}, func(t *testing.T, r *recorder, originURL string, client *http.Client) {
		lengths := []int{-1, len(upload.whole())}
		if strings.HasSuffix(t.Name(), "h2") {
			// Go's client waits for the end of a body of known length before it
			// sends the last bytes.
			lengths = lengths[:1]
		}
		for _, length := range lengths {
			body, w := io.Pipe()
			sent := make(chan error, 1)
			go func() {
				err := upload.send(t.Context(), w, func() error { return nil })
				w.CloseWithError(err)
				sent <- err
			}()
			url := fmt.Sprintf("%s/%d", originURL, length)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
			if err != nil {
				t.Fatal(err)
			}
			req.ContentLength = int64(length)
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if a, b := <-sent, <-failed; a != nil || b != nil {
				t.Errorf("sent: %v, received: %v", a, b)
			}
			if x := r.record(r.healthy(url, 1)[0].ID); x.Request.Body.content() != upload.whole() {
				t.Errorf("recorded %.200q", x.Request.Body.content())
			}
		}
	})
}

// TestEarlyHints: an interim answer reaches the client before the final one is
// made, and is recorded.
func TestEarlyHints(t *testing.T) {
	hinted := make(chan struct{}, 1)
	eachProtocol(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload; as=style")
		w.WriteHeader(http.StatusEarlyHints)
		if r.URL.Path == "/go" {
			select {
			case <-hinted:
			case <-time.After(patience):
			}
		}
		fmt.Fprint(w, "final")
	}, func(t *testing.T, r *recorder, originURL string, client *http.Client) {
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
				if code == http.StatusEarlyHints && strings.Contains(header.Get("Link"), "style.css") {
					hinted <- struct{}{}
				}
				return nil
			},
		})
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, originURL+"/go", nil)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body) // closed unread, an h2 stream is cancelled
		resp.Body.Close()
		if len(hinted) > 0 {
			<-hinted
			t.Error("the hint came only with the answer")
		}
		out, err := command(t, "curl", "-sS", "-i", "--suppress-connect-headers", "-x", r.url, "--cacert", r.bundle(), originURL+"/curl")
		if err != nil || !strings.Contains(strings.SplitN(out, "\r\n", 2)[0], " 103") || !strings.HasSuffix(out, "final") {
			t.Errorf("%v: curl printed %q", err, out)
		}
		for _, row := range r.healthy(originURL, 2) {
			x := r.record(row.ID)
			if len(x.Interim) != 1 || x.Interim[0].Status != http.StatusEarlyHints || field(x.Interim[0].Header, "link") == nil {
				t.Errorf("%s: interim answers %+v", row.URL, x.Interim)
			}
		}
	})
}

func TestTrailers(t *testing.T) {
	eachProtocol(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Trailer", "X-Sum")
		fmt.Fprint(w, "body")
		w.Header().Set("X-Sum", "of "+r.Trailer.Get("X-Sent"))
	}, func(t *testing.T, r *recorder, originURL string, client *http.Client) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, originURL+"/", io.MultiReader(strings.NewReader("sent")))
		if err != nil {
			t.Fatal(err)
		}
		req.Trailer = http.Header{"X-Sent": {"42"}}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if got := resp.Trailer.Get("X-Sum"); got != "of 42" {
			t.Errorf("the client got the trailer %q", got)
		}
		x := r.record(r.healthy(originURL, 1)[0].ID)
		if field(x.Request.Trailer, "X-Sent") != "42" || field(x.Response.Trailer, "X-Sum") != "of 42" {
			t.Errorf("recorded the trailers %v and %v", x.Request.Trailer, x.Response.Trailer)
		}
	})
}

// grpcMessage is a message in gRPC's framing: not compressed, its length.
func grpcMessage(s string) string { return "\x00\x00\x00\x00" + string(rune(len(s))) + s }

// TestGRPC: a bidirectional stream whose messages answer each other, and a
// failure that is told in the trailer section alone, behind a status of 200.
func TestGRPC(t *testing.T) {
	o, pem := tlsOrigin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		if r.URL.Path == "/shop.Orders/Missing" {
			w.Header().Set("Grpc-Status", "5")
			w.Header().Set("Grpc-Message", "order 7 is not there")
			return
		}
		w.WriteHeader(http.StatusOK)
		http.NewResponseController(w).Flush()
		for body := bufio.NewReader(r.Body); ; {
			message := make([]byte, 5+1)
			if _, err := io.ReadFull(body, message); err != nil {
				break
			}
			w.Write(message)
			http.NewResponseController(w).Flush()
		}
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
	}), true)
	r := startProxy(t, "--upstream-ca", pem)
	client := r.throughProxy(&http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: trusting(t, r.ca())})
	call := func(method string, body io.Reader) *http.Response {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		t.Cleanup(cancel)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.URL+method, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/grpc")
		req.Header.Set("Te", "trailers")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp
	}

	body, w := io.Pipe()
	resp := call("/shop.Orders/Watch", body)
	for _, letter := range []string{"a", "b", "c"} {
		io.WriteString(w, grpcMessage(letter))
		got := make([]byte, 6)
		if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != grpcMessage(letter) {
			t.Fatalf("got %q: %v", got, err)
		}
	}
	w.Close()
	if rest, err := io.ReadAll(resp.Body); err != nil || len(rest) != 0 || resp.Trailer.Get("Grpc-Status") != "0" {
		t.Errorf("%q, %v, trailer %v", rest, err, resp.Trailer)
	}
	x := r.record(r.healthy("/shop.Orders/Watch", 1)[0].ID)
	if field(x.Response.Trailer, "grpc-status") != "0" || x.Request.Body.content() != x.Response.Body.content() {
		t.Errorf("recorded %+v", x.Response)
	}

	resp = call("/shop.Orders/Missing", strings.NewReader(grpcMessage("x")))
	if resp.Header.Get("Grpc-Status") != "5" {
		t.Errorf("the client got %v", resp.Header)
	}
	r.recorded("/shop.Orders/Missing")
	f := r.primary("path:/shop.Orders/Missing")
	if f.Rule != "grpc-status" || !strings.Contains(f.Verdict, "order 7 is not there") {
		t.Errorf("found %s: %s", f.Rule, f.Verdict)
	}
}
