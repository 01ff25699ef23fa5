//go:build linux

package main

import (
	"bufio"
	"strings"
	"testing"
)

func TestReadHead(t *testing.T) {
	for _, test := range []struct {
		name, head   string
		code, length int
		closing      bool
	}{
		{"length", "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", 200, 12, false},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, -1, false},
		{"close", "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nConnection: Close\r\n\r\n", 502, 0, true},
		{"no reason", "HTTP/1.1 204 \r\n\r\n", 204, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, length, closing, err := readHead(bufio.NewReader(strings.NewReader(test.head)))
			if err != nil || code != test.code || length != test.length || closing != test.closing {
				t.Errorf("got %d, %d, %t, %v; want %d, %d, %t", code, length, closing, err, test.code, test.length, test.closing)
			}
		})
	}
	for _, bad := range []string{"", "HTTP/1.1\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "HTTP/1.1 200 OK\r\n"} {
		if _, _, _, err := readHead(bufio.NewReader(strings.NewReader(bad))); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestReadChunked(t *testing.T) {
	n, err := readChunked(bufio.NewReader(strings.NewReader("5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n")))
	if n != 15 || err != nil {
		t.Errorf("got %d, %v; want 15 bytes", n, err)
	}
	if _, err := readChunked(bufio.NewReader(strings.NewReader("5\r\nhel"))); err == nil {
		t.Error("a cut body: no error")
	}
}
