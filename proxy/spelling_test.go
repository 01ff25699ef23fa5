package proxy

import (
	"testing"
)

func TestRespell(t *testing.T) {
	for _, test := range []struct{ name, head, wire, want string }{
		{
			"request", "GET / HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nX-A: 1\r\nX-B: b\r\nX-A: 2\r\n\r\n",
			"GET http://h/ HTTP/1.1\r\nx-a: 1\r\nProxy-Authorization: x\r\nX-a: 2\r\nx-b: b\r\nHOST: h\r\n\r\n",
			"GET / HTTP/1.1\r\nx-a: 1\r\nX-a: 2\r\nx-b: b\r\nHOST: h\r\nAccept: */*\r\n\r\n",
		},
		{
			"response", "HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nConnection: close\r\n\r\n",
			"HTTP/1.0 200 Fine By Me\r\nb: 2\r\na: 1\r\n\r\n",
			"HTTP/1.1 200 Fine By Me\r\nb: 2\r\na: 1\r\nConnection: close\r\n\r\n",
		},
		{"another status", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nA: 1\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			// In one piece and byte by byte, with content behind it.
			content := "body"
			if test.name == "another status" {
				content = "" // the head that is meant comes next
			}
			for _, size := range []int{1 << 20, 1} {
				wire := requestHead(test.wire)
				if test.name != "request" {
					wire = responseHead(test.wire)
				}
				var s spelling
				s.expect(&wire)
				var got []byte
				for in := []byte(test.head + content); len(in) > 0; {
					n := min(size, len(in))
					got = append(got, s.apply(nil, in[:n])...)
					in = in[n:]
				}
				if string(got) != test.want+content {
					t.Errorf("pieces of %d: got %q", size, got)
				}
			}
		})
	}
}
