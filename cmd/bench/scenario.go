//go:build linux

package main

import "fmt"

// protocol is what the client speaks to the origin server through the proxy.
type protocol int

const (
	plain protocol = iota // http:, in absolute-form
	http1                 // https: through CONNECT, HTTP/1.1
	http2                 // https: through CONNECT, HTTP/2
)

// reuse says how long a connection is kept.
type reuse int

const (
	keepAlive     reuse = iota
	newConnection       // a CONNECT and a handshake for each request
	newHost             // and a host, so a certificate, that was never asked for
)

// scenario is one kind of load.
type scenario struct {
	name, title string
	protocol    protocol
	reuse       reuse
	// workers are requests under way at a time; on HTTP/2 they share connections.
	workers, connections int
	// body is the size of an answer in bytes.
	body int
}

const (
	smallBody = 1 << 10
	bigBody   = 10 << 20
)

func (s scenario) big() bool { return s.body == bigBody }

// newHosts bounds the host names of a measurement.
const newHosts = 250

var scenarios = []scenario{
	{name: "small-plain-c32", title: "Plain HTTP, 1 KiB answers, 32 connections", protocol: plain, workers: 32, body: smallBody},
	{name: "small-mitm-h1-c1", title: "HTTPS, HTTP/1.1, 1 KiB answers, 1 connection", protocol: http1, workers: 1, body: smallBody},
	{name: "small-mitm-h1-c32", title: "HTTPS, HTTP/1.1, 1 KiB answers, 32 connections", protocol: http1, workers: 32, body: smallBody},
	{name: "small-mitm-h2-c32", title: "HTTPS, HTTP/2, 1 KiB answers, 32 requests on 4 connections", protocol: http2, workers: 32, connections: 4, body: smallBody},
	{name: "big-mitm", title: "HTTPS, HTTP/1.1, 10 MiB answers, 4 connections", protocol: http1, workers: 4, body: bigBody},
	{name: "new-connection", title: "HTTPS, a new connection for each request, 8 at a time", protocol: http1, reuse: newConnection, workers: 8, body: smallBody},
	{name: "new-hosts", title: fmt.Sprintf("HTTPS, a new host for each request, %d hosts, 4 at a time", newHosts), protocol: http1, reuse: newHost, workers: 4, body: smallBody},
}
