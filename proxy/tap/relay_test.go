package tap

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"httpwhy/inspector/exchange"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// relay passes the connections to it on to addr and taps them. wait returns
// what was recorded once all of them ended.
func relay(t *testing.T, cfg Config, addr string) (proxy string, wait func() []*exchange.Exchange) {
	t.Helper()
	m := &memory{}
	cfg.Recorder, cfg.Scheme, cfg.Authority, cfg.Opened = m, "http", addr, time.Now()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("tcp", addr)
			if err != nil {
				c.Close()
				continue
			}
			tap := New(cfg)
			var both sync.WaitGroup
			both.Go(func() { pump(tap, exchange.ClientPeer, s, c) })
			both.Go(func() { pump(tap, exchange.ServerPeer, c, s) })
			conns.Go(func() { both.Wait(); c.Close(); s.Close() })
		}
	})
	t.Cleanup(func() { l.Close() })
	return l.Addr().String(), func() []*exchange.Exchange {
		l.Close()
		conns.Wait()
		return m.ended
	}
}

func pump(tap *Conn, from exchange.Peer, to, src net.Conn) {
	buf := make([]byte, 16<<10)
	for {
		n, err := src.Read(buf)
		tap.Bytes(from, buf[:n], time.Now())
		if _, werr := to.Write(buf[:n]); werr != nil {
			err = werr
		}
		if err != nil {
			var f *exchange.Failure
			if !errors.Is(err, io.EOF) {
				f = &exchange.Failure{Kind: exchange.ConnectionReset, Peer: from, Message: err.Error()}
			}
			tap.Closed(from, f, time.Now())
			_ = to.(*net.TCPConn).CloseWrite()
			return
		}
	}
}

func site(t *testing.T) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/echo":
			w.Header().Set("Trailer", "X-Sum")
			w.WriteHeader(http.StatusOK)
			h := sha256.New()
			io.Copy(io.MultiWriter(w, h), r.Body)
			w.Header().Set("X-Sum", fmt.Sprintf("%x", h.Sum(nil)))
		case "/hints":
			w.Header().Set("Link", "</s.css>; rel=preload")
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNoContent)
		case "/abort":
			w.Header().Set("Content-Length", "10")
			w.Write([]byte("abc"))
			http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case "/events":
			w.Header().Set("Content-Type", "text/event-stream")
			for i := range 3 {
				fmt.Fprintf(w, "data: %d\n\n", i)
				http.NewResponseController(w).Flush()
			}
		}
	}))
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Config.ErrorLog = nil
	s.Start()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// TestRealPeers records what net/http's own client and server say to each other.
func TestRealPeers(t *testing.T) {
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(proto, func(t *testing.T) {
			proxy, wait := relay(t, Config{BodyLimit: 100}, site(t))
			tr := &http.Transport{Protocols: new(http.Protocols), DisableCompression: true}
			tr.Protocols.SetHTTP1(proto == "HTTP/1.1")
			tr.Protocols.SetUnencryptedHTTP2(proto == "HTTP/2.0")
			c := &http.Client{Transport: tr}
			big := strings.Repeat("0123456789abcdef", 20_000)
			sum := sha256.Sum256([]byte(big))
			for _, path := range []string{"/echo", "/hints", "/events", "/abort"} {
				req, _ := http.NewRequest(http.MethodPost, "http://"+proxy+path, strings.NewReader(map[string]string{"/echo": big}[path]))
				resp, err := c.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			tr.CloseIdleConnections()
			by := map[string]*exchange.Exchange{}
			for _, x := range wait() {
				by[x.Request.Target] = x
				if x.Request.Proto != proto || x.Response == nil || x.Response.Proto != proto || x.URL != "http://"+proxy+x.Request.Target {
					t.Errorf("%s %s: %+v", x.URL, x.Request.Proto, x.Response)
				}
				if tm := x.Timing; tm.RequestEnd == 0 || tm.FirstByte == 0 || tm.ResponseHead < tm.FirstByte || tm.End < tm.ResponseHead {
					t.Errorf("%s: timing %+v", x.URL, tm)
				}
			}
			if x := by["/echo"]; x.Request.Body.SHA256 != sum || x.Response.Body.SHA256 != sum ||
				x.Response.Body.State != exchange.CutBody || x.Response.Body.Kept != 100 || x.Response.Body.Size != int64(len(big)) ||
				x.Response.Trailer.Get("X-Sum") != fmt.Sprintf("%x", sum) {
				t.Errorf("echo: %s", summary([]*exchange.Exchange{x}))
			}
			if x := by["/hints"]; len(x.Interim) != 1 || x.Interim[0].Status != 103 || x.Response.Status != 204 {
				t.Errorf("hints: %s", summary([]*exchange.Exchange{x}))
			}
			if x := by["/events"]; len(x.Frames) != 3 || string(x.Frames[2].Data) != "data: 2\n" || x.State != exchange.Complete {
				t.Errorf("events: %s", summary([]*exchange.Exchange{x}))
			}
			want := exchange.BodyTruncated
			if proto == "HTTP/2.0" {
				want = exchange.StreamReset
			}
			if f := by["/abort"].Failure; f == nil || f.Kind != want || f.Got != 3 || f.Expected != 10 || f.Peer != exchange.ServerPeer {
				t.Errorf("abort: %+v", f)
			}
		})
	}
}

// TestRealWebSocket records coder/websocket talking to itself.
func TestRealWebSocket(t *testing.T) {
	modes := map[string]websocket.CompressionMode{
		"plain": websocket.CompressionDisabled, "takeover": websocket.CompressionContextTakeover, "no takeover": websocket.CompressionNoContextTakeover,
	}
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				c, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: mode, CompressionThreshold: 1})
				if err != nil {
					return
				}
				c.SetReadLimit(1 << 20)
				for {
					kind, b, err := c.Read(r.Context())
					if err != nil {
						return
					}
					c.Write(r.Context(), kind, b)
				}
			}))
			defer origin.Close()
			proxy, wait := relay(t, Config{}, origin.Listener.Addr().String())
			ctx := context.Background()
			c, _, err := websocket.Dial(ctx, "ws://"+proxy+"/chat", &websocket.DialOptions{CompressionMode: mode, CompressionThreshold: 1})
			if err != nil {
				t.Fatal(err)
			}
			c.SetReadLimit(1 << 20)
			var sent []string
			for i := range 20 {
				sent = append(sent, strings.Repeat(fmt.Sprintf("message %d, ", i), 1+i*i))
			}
			sent = append(sent, strings.Repeat("large ", 30_000))
			for _, s := range sent {
				w, err := c.Writer(ctx, websocket.MessageText)
				if err != nil {
					t.Fatal(err)
				}
				io.WriteString(w, s[:len(s)/2])
				io.WriteString(w, s[len(s)/2:])
				w.Close()
				if _, b, err := c.Read(ctx); err != nil || string(b) != s {
					t.Fatalf("%v, %d bytes", err, len(b))
				}
			}
			c.Close(websocket.StatusNormalClosure, "bye")
			x := wait()[0]
			if x.State != exchange.Complete || x.Response.Status != 101 || len(x.Frames) != 2*len(sent)+2 {
				t.Fatalf("%s, %d frames, notes %q", x.State, len(x.Frames), x.Notes)
			}
			for i, s := range sent {
				for j, from := range []exchange.Peer{exchange.ClientPeer, exchange.ServerPeer} {
					f := x.Frames[2*i+j]
					if f.From != from || f.Type != "text" || f.Size != int64(len(s)) || string(f.Data) != s[:min(len(s), exchange.HeadSize)] {
						t.Fatalf("frame %d from %s: %s of %d bytes, want %d: %.40q", 2*i+j, f.From, f.Type, f.Size, len(s), f.Data)
					}
				}
			}
			if f := x.Frames[len(x.Frames)-2]; f.Type != "close" || string(f.Data) != "\x03\xe8bye" {
				t.Errorf("close frame %+v", f)
			}
		})
	}
}
