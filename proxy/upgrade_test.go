package proxy

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func TestWebSocketEchoes(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprintf("secure %v", secure), func(t *testing.T) {
			l := newLab(t, nil)
			s := site(t, secure, func(w http.ResponseWriter, r *http.Request) {
				c, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionContextTakeover})
				if err != nil {
					return
				}
				for {
					kind, p, err := c.Read(r.Context())
					if err != nil {
						return
					}
					_ = c.Write(r.Context(), kind, p)
				}
			})
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			c, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(s.URL, "http"), &websocket.DialOptions{
				HTTPClient: l.client(false), CompressionMode: websocket.CompressionContextTakeover,
			})
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Repeat("hello ", 200)
			for range 3 {
				_ = c.Write(ctx, websocket.MessageText, []byte(text))
				if _, got, err := c.Read(ctx); err != nil || string(got) != text {
					t.Fatalf("got %q, %v", got, err)
				}
			}
			c.Close(websocket.StatusNormalClosure, "bye")
			x := l.next()
			if x.Status() != 101 || x.Failure != nil || len(x.Frames) != 8 || string(x.Frames[0].Data) != text {
				t.Errorf("recorded %d, %+v, %d frames", x.Status(), x.Failure, len(x.Frames))
			}
			l.quiet()
		})
	}
}

// TestMalformedSwitchReachesTheClient: the client is to say what is wrong with a
// 101, and the exchange ends with it.
func TestMalformedSwitchReachesTheClient(t *testing.T) {
	for name, fields := range map[string]string{
		"no Connection": "Upgrade: websocket\r\n",
		"close":         "Upgrade: websocket\r\nConnection: Upgrade, close\r\n",
		"h2c":           "Upgrade: h2c\r\nConnection: Upgrade\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, nil)
			origin := rawOrigin(t, nil, func(c net.Conn, br *bufio.Reader) {
				_, _ = http.ReadRequest(br)
				say("HTTP/1.1 101 Switching Protocols\r\n" + fields + "Sec-WebSocket-Accept: x\r\n\r\n")(c)
			})
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			_, resp, err := websocket.Dial(ctx, "ws://"+origin, &websocket.DialOptions{HTTPClient: l.client(false)})
			if err == nil || resp == nil || resp.StatusCode != http.StatusSwitchingProtocols {
				t.Errorf("the client got %v, %v", resp, err)
			}
			if x := l.next(); x.Status() != http.StatusSwitchingProtocols || x.Failure != nil || x.Response.Header.Get("Sec-WebSocket-Accept") != "x" {
				t.Errorf("recorded %d, %+v", x.Status(), x.Failure)
			}
			l.quiet()
		})
	}
}
