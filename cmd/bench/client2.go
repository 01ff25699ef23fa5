//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
)

// transport2 speaks HTTP/2 on one connection, for several workers.
type transport2 struct {
	*load
	t   *http.Transport
	url string
}

func (l *load) newTransport2() *transport2 {
	authority := fmt.Sprintf("localhost:%d", portOf(l.origin.tls))
	protocols := new(http.Protocols)
	protocols.SetHTTP2(true)
	return &transport2{load: l, url: "https://" + authority + l.path(), t: &http.Transport{
		DisableCompression: true,
		Protocols:          protocols,
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) {
			conn, err := l.dial("localhost", portOf(l.origin.tls))
			if err != nil {
				return nil, err
			}
			return l.secure(conn, "localhost", authority, "h2")
		},
	}}
}

func (c *transport2) exchange() (int, error) {
	req, err := http.NewRequest(http.MethodGet, c.url, nil)
	if err != nil {
		return 0, err
	}
	req.Header = requestHeader
	res, err := c.t.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", res.StatusCode)
	}
	return int(n), err
}

var requestHeader = http.Header{
	"User-Agent":      {"bench/1"},
	"Accept":          {"application/json, */*"},
	"Accept-Encoding": {"gzip, br"},
	"Accept-Language": {"en-GB,en;q=0.9"},
	"Cookie":          {"sid=c29tZSBzZXNzaW9uIGlkZW50aWZpZXI"},
}

func (c *transport2) close() { c.t.CloseIdleConnections() }
