//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// client1 speaks HTTP/1.1 on one connection. It does as little as a client can:
// what it spends, the proxies do not get.
type client1 struct {
	*load
	conn    net.Conn
	r       *bufio.Reader
	request []byte
}

func (c *client1) exchange() (int, error) {
	if c.conn == nil {
		if err := c.connect(); err != nil {
			return 0, err
		}
	}
	n, closing, err := c.roundTrip()
	if err != nil || closing || c.reuse != keepAlive {
		c.close()
	}
	return n, err
}

func (c *client1) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

func (c *client1) connect() error {
	host, err := c.host()
	if err != nil {
		return err
	}
	listener, target := c.origin.plain, ""
	if c.protocol != plain {
		listener = c.origin.tls
	}
	authority := net.JoinHostPort(host, strconv.Itoa(portOf(listener)))
	if c.protocol == plain && c.proxy != "" {
		target = "http://" + authority
	}
	c.request = fmt.Appendf(nil, "GET %s%s HTTP/1.1\r\nHost: %s\r\n%s\r\n", target, c.path(), authority, requestFields)
	conn, err := c.dial(host, portOf(listener))
	if err != nil {
		return err
	}
	if c.protocol != plain {
		if conn, err = c.secure(conn, host, authority, "http/1.1"); err != nil {
			return err
		}
	}
	c.conn = conn
	c.r = bufio.NewReaderSize(conn, 64<<10)
	return nil
}

// requestFields are such as an ordinary client sends.
const requestFields = "User-Agent: bench/1\r\nAccept: application/json, */*\r\nAccept-Encoding: gzip, br\r\n" +
	"Accept-Language: en-GB,en;q=0.9\r\nCookie: sid=c29tZSBzZXNzaW9uIGlkZW50aWZpZXI\r\n"

// secure opens a tunnel, if there is a proxy, and begins TLS.
func (l *load) secure(conn net.Conn, host, authority, alpn string) (net.Conn, error) {
	if l.proxy != "" {
		if err := openTunnel(conn, authority); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return l.handshake(conn, host, alpn)
}

func openTunnel(conn net.Conn, authority string) error {
	if _, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", authority, authority); err != nil {
		return err
	}
	// The server speaks after the client in TLS, so nothing is read too much.
	r := bufio.NewReader(conn)
	code, _, _, err := readHead(r)
	if err != nil {
		return fmt.Errorf("CONNECT: %w", err)
	}
	if code != 200 {
		return fmt.Errorf("CONNECT was answered %d", code)
	}
	return nil
}

func (c *client1) roundTrip() (n int, closing bool, err error) {
	if _, err = c.conn.Write(c.request); err != nil {
		return 0, true, err
	}
	code, length, closing, err := readHead(c.r)
	if err != nil {
		return 0, true, err
	}
	if code != 200 {
		return 0, true, fmt.Errorf("status %d", code)
	}
	if length < 0 {
		n, err := readChunked(c.r)
		return n, closing, err
	}
	n, err = c.r.Discard(length)
	return n, closing, err
}

// readHead reads an answer's head. A length below 0 says that it is chunked.
func readHead(r *bufio.Reader) (code, length int, closing bool, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return 0, 0, true, err
	}
	if len(line) < 12 {
		return 0, 0, true, fmt.Errorf("status line %q", line)
	}
	if code, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, true, fmt.Errorf("status line %q", line)
	}
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return 0, 0, true, err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			return code, length, closing, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch strings.ToLower(string(name)) {
		case "content-length":
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, 0, true, err
			}
		case "transfer-encoding":
			length = -1
		case "connection":
			closing = bytes.Contains(bytes.ToLower(value), []byte("close"))
		}
	}
}

func readChunked(r *bufio.Reader) (total int, err error) {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return total, err
		}
		size, err := strconv.ParseInt(strings.TrimSpace(string(line)), 16, 32)
		if err != nil {
			return total, err
		}
		if size > 0 {
			n, err := io.CopyN(io.Discard, r, size)
			total += int(n)
			if err != nil {
				return total, err
			}
		}
		if _, err := r.Discard(len("\r\n")); err != nil || size == 0 {
			return total, err
		}
	}
}
