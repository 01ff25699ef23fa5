package proxy

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"httpwhy/inspector/exchange"
)

// offering has a TLS client offer a protocol.
func offering(protocol string) func(*tls.Config) {
	return func(c *tls.Config) { c.NextProtos = []string{protocol} }
}

// framesOrigin is an HTTP/2 origin that reads n requests and hands over to end.
func framesOrigin(t *testing.T, n int, begin bool, end func(net.Conn, *http2.Framer)) string {
	return rawOrigin(t, originTLSConfig("h2"), func(c net.Conn, br *bufio.Reader) {
		if _, err := io.ReadFull(br, make([]byte, len(http2.ClientPreface))); err != nil {
			return
		}
		framer := http2.NewFramer(c, br)
		if begin {
			_ = framer.WriteSettings()
		}
		for seen := 0; seen < n; {
			f, err := framer.ReadFrame()
			if err != nil {
				return
			}
			if _, ok := f.(*http2.HeadersFrame); ok {
				seen++
			}
		}
		end(c, framer)
	})
}

func TestStreamsOfADyingOriginAreAnswered(t *testing.T) {
	for _, test := range []struct {
		name  string
		begin bool
		end   func(net.Conn, *http2.Framer)
	}{
		{"close", true, func(net.Conn, *http2.Framer) {}},
		{"close before SETTINGS", false, func(net.Conn, *http2.Framer) {}},
		{"reset", true, func(c net.Conn, _ *http2.Framer) { resetAll(c) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			const streams = 3
			l := newLab(t, nil)
			url := "https://" + framesOrigin(t, streams, test.begin, test.end) + "/"
			c, err := l.secure(strings.TrimSuffix(strings.TrimPrefix(url, "https://"), "/"), offering("h2"))
			if err != nil {
				t.Fatal(err)
			}
			conn, err := (&http2.Transport{}).NewClientConn(c) //nolint:staticcheck // net/http's dials itself
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions} {
				wg.Go(func() {
					req, _ := http.NewRequest(method, url, strings.NewReader("body"))
					req.Header.Set("Origin", "https://app.test")
					want := http.StatusBadGateway
					if method == http.MethodOptions {
						req.Header.Set("Access-Control-Request-Method", "PUT")
						want = http.StatusNoContent
					}
					resp, err := conn.RoundTrip(req)
					if err != nil {
						t.Error(err)
						return
					}
					body, err := io.ReadAll(resp.Body)
					resp.Body.Close()
					if err != nil || resp.StatusCode != want || !strings.Contains(resp.Header.Get("Proxy-Status"), "connection_terminated") ||
						strings.Contains(string(body), "httpwhy got no response") != (want == http.StatusBadGateway) {
						t.Errorf("%s: %s %v %q %v", method, resp.Status, resp.Header, body, err)
					}
				})
			}
			wg.Wait()
			for range streams {
				x := l.next()
				// A close with bytes unread becomes a reset; a reset that meets a
				// write and a read at once, a close for the reader.
				if f := x.Failure; f == nil || f.Kind != exchange.EmptyReply && f.Kind != exchange.ConnectionReset || !x.Synthetic || x.State != exchange.Failed || x.Response.Proto != "HTTP/2.0" {
					t.Errorf("recorded %+v, %+v", x, x.Failure)
				}
			}
			l.quiet()
		})
	}
}

// TestUsedConnectionIsLeftToItsClient: the client knows what it may repeat.
func TestUsedConnectionIsLeftToItsClient(t *testing.T) {
	answer := func(_ net.Conn, framer *http2.Framer) {
		var block strings.Builder
		_ = hpack.NewEncoder(&block).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
		_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte(block.String()), EndStream: true, EndHeaders: true})
		for {
			f, err := framer.ReadFrame()
			if h, ok := f.(*http2.HeadersFrame); err != nil || ok && h.StreamID > 1 {
				return
			}
		}
	}
	l := newLab(t, nil)
	target := framesOrigin(t, 1, true, answer)
	c, err := l.secure(target, offering("h2"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&http2.Transport{}).NewClientConn(c) //nolint:staticcheck // as above
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false} {
		req, _ := http.NewRequest(http.MethodPost, "https://"+target+"/", nil)
		resp, err := conn.RoundTrip(req)
		if err == nil {
			resp.Body.Close()
		}
		if (err == nil) != want {
			t.Errorf("request %d: %v", i, err)
		}
		if x := l.next(); x.Synthetic || (x.Failure == nil) != want {
			t.Errorf("request %d: recorded %+v", i, x.Failure)
		}
	}
	l.quiet()
}
