package proxy

import (
	"bytes"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

// refusal is how net/http's own answer to a request that it cannot read goes on
// after the status. No handler runs for such a request.
var refusal = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

// noteRefusal records the request that net/http refuses by writing p.
func (c *clientConn) noteRefusal(p []byte) {
	if !bytes.HasPrefix(p, []byte("HTTP/1.1 ")) || !bytes.Contains(p, refusal) {
		return
	}
	raw, at := c.heads.unserved()
	if raw == "" {
		return
	}
	n := headEnd(p, 0)
	if n == 0 {
		return
	}
	resp := responseHead(string(p[:n]))
	x := &exchange.Exchange{
		Mode: exchange.Forward, Start: at, Request: requestHead(raw), Client: c.connection(),
	}
	x.URL = x.Request.Target
	hideCredentials(x.Request.Header)
	if x.Request.Header.Has(proxyAuthorization) {
		raw = "" // no excerpt of them either
	}
	d := record.Begin(c.recorder, x, -1)
	d.Body(exchange.ResponseSide, p[n:])
	d.BodyEnd(exchange.ResponseSide)
	d.End(func(x *exchange.Exchange) {
		x.Response, x.Synthetic = &resp, true
		x.Timing.End = d.Since(time.Now())
		x.ClosedBy = exchange.ProxyPeer
		x.Failure = &exchange.Failure{
			Kind: exchange.MalformedRequest, Peer: exchange.ClientPeer, Alert: -1, Expected: -1,
			Message: "the client sent what is no valid request: " + string(p[n:]),
			Excerpt: []byte(raw[:min(len(raw), maxExcerpt)]),
		}
	})
}
