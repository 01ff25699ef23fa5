package proxy

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// empty are the empty lines before a request.
const empty = "\r\n\n\r\n"

const stream = empty + "GET /a HTTP/1.1\r\nhost: h\r\n\r\n" +
	"POST /b HTTP/1.1\r\nContent-Length: 16\r\n\r\nGET /x HTTP/1.1\n" +
	"PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\n\r\n\r\r\n0\r\nX-T: 1\r\n\r\n" +
	empty + "POST /d HTTP/1.1\r\nContent-Length: 0\r\n\r\n" +
	"GET /e HTTP/1.1\r\n\r\n"

// targets follows b in pieces of n bytes, and returns what is left of it too.
func targets(b []byte, n int) (got []string, left []byte) {
	var h requestHeads
	for b = bytes.Clone(b); len(b) > 0; {
		n := min(n, len(b))
		left = append(left, b[:h.read(b[:n], time.Now())]...)
		b = b[n:]
		for {
			head, ok := h.next()
			if !ok {
				break
			}
			got = append(got, head.message.Target)
		}
	}
	return got, left
}

func TestRequestHeadsFollowTheFraming(t *testing.T) {
	for n := 1; n <= len(stream); n++ {
		got, left := targets([]byte(stream), n)
		if string(left) != strings.ReplaceAll(stream, empty, "") {
			t.Fatalf("pieces of %d: %q is left", n, left)
		}
		if len(got) != 5 || got[0] != "/a" || got[1] != "/b" || got[2] != "/c" || got[3] != "/d" || got[4] != "/e" {
			t.Fatalf("pieces of %d: %q", n, got)
		}
	}
}

func TestRequestHeadsAreBounded(t *testing.T) {
	var h requestHeads
	for range maxHeader/1024 + 2 {
		h.read(bytes.Repeat([]byte("a"), 1024), time.Now())
	}
	if !h.lost || len(h.head) > maxHeader+2048 {
		t.Errorf("lost %v with %d bytes", h.lost, len(h.head))
	}
}

// FuzzRequestHeads has net/http's reader as its judge: what that reads is found,
// in the same order.
func FuzzRequestHeads(f *testing.F) {
	f.Add([]byte(stream), 7)
	f.Add([]byte("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /n HTTP/1.1\r\nHost: h\r\n\r\n"), 1)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		got, _ := targets(b, max(1, n&0xff))
		br := bufio.NewReader(bytes.NewReader(b))
		for i := 0; ; i++ {
			r, err := http.ReadRequest(br)
			if err != nil || r.Method == http.MethodConnect || r.Method == "PRI" {
				return
			}
			if i >= len(got) || got[i] != r.RequestURI {
				t.Fatalf("request %d is %q, found %q", i, r.RequestURI, got)
			}
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				return
			}
		}
	})
}
