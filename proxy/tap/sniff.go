package tap

import (
	"bytes"
	"time"
)

// preface is what a client sends first on an HTTP/2 connection (RFC 9113
// section 3.4).
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// earlyLimit bounds what a server may say before the client said which protocol
// it speaks, or before its request.
const earlyLimit = 64 << 10

// sniff decides by the client's first bytes between HTTP/1 and HTTP/2.
func (c *Conn) sniff(side int, p []byte, at time.Time) {
	if len(c.held[fromClient]) == 0 && side == fromServer {
		c.serverFirst = true
	}
	c.held[side] = append(c.held[side], p...)
	first := c.held[fromClient]
	n := min(len(first), len(preface))
	switch {
	case !bytes.Equal(first[:n], []byte(preface[:n])):
		c.choose(newHTTP1(c), at)
	case n == len(preface):
		c.choose(newHTTP2(c), at)
	case len(c.held[fromServer]) > earlyLimit:
		c.choose(newHTTP1(c), at)
	case n == 0 && !mayBeginAnswer(c.held[fromServer]):
		r := newHTTP1(c)
		r.tunnel(at)
		c.choose(r, at)
	}
}

// mayBeginAnswer reports whether b, which the server sent before the client
// sent anything, may belong to HTTP: a 408 on an idle connection, or the
// SETTINGS of HTTP/2. Other protocols let the server speak first.
func mayBeginAnswer(b []byte) bool {
	const http1, settingsType = "HTTP/", 4
	n := min(len(b), len(http1))
	if string(b[:n]) == http1[:n] {
		return true
	}
	return b[0] == 0 && (len(b) < 4 || b[3] == settingsType)
}

// choose hands what came so far to r.
func (c *Conn) choose(r reader, at time.Time) {
	c.reader = r
	held := c.held
	c.held = [2][]byte{}
	order := [2]int{fromClient, fromServer}
	if c.serverFirst {
		order = [2]int{fromServer, fromClient}
	}
	for _, side := range order {
		if len(held[side]) > 0 && !c.blind {
			r.bytes(side, held[side], at)
		}
	}
}
