package proxy

import (
	"context"
	"fmt"
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
