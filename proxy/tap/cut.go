package tap

import (
	"fmt"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
)

// cut ends p because by ended the connection: at the end of the stream if f is
// nil, else by f.
func (p *pending) cut(by exchange.Peer, f *exchange.Failure, at time.Time) {
	if p.ended {
		return
	}
	p.x.ClosedBy = by
	if f != nil && f.Peer != "" {
		p.x.ClosedBy = f.Peer
	}
	if p.x.ClosedBy == exchange.ClientPeer && p.whole() {
		p.endResponse(at)
	}
	if p.x.Response != nil && p.x.Response.Status == http.StatusResetContent && f == nil && isBrowser(&p.x.Request) {
		p.endResponse(at) // browsers read no content of it, whatever its fields announce
	}
	switch {
	case p.responseEnded:
		if !p.requestEnded {
			p.note("the connection ended before the request did; the answer was complete by then")
		}
		p.end(at)
	case p.upgrade != nil:
		if f == nil || p.upgrade.closing() || p.leftTunnel(f) {
			p.end(at)
			return
		}
		p.fail(p.failure(by, f), at)
	case p.untilClose && f == nil && p.c.closed[fromServer]:
		p.endResponse(at)
		p.end(at)
	default:
		p.fail(p.failure(by, f), at)
	}
}

// whole reports whether the response body came up to its announced length: a
// client may leave then, without waiting for HTTP/2's END_STREAM.
func (p *pending) whole() bool {
	r := p.x.Response
	return r != nil && p.upgrade == nil && r.Body.Expected >= 0 && p.d.BodyGot(exchange.ResponseSide) == r.Body.Expected
}

// leftTunnel reports whether the client ended a tunnel with a reset. That is how
// a system closes a connection whose last bytes, such as TLS session tickets,
// its program did not read: no failure of what passed through it.
func (p *pending) leftTunnel(f *exchange.Failure) bool {
	return p.x.Mode == exchange.Tunnel && f.Peer == exchange.ClientPeer && f.Kind == exchange.ConnectionReset
}

// smallHead is what every client reads of a response head: Node 16 KiB, Chromium
// 256 KiB, curl 300 KiB. A client that leaves inside a larger one had enough.
const smallHead = 16 << 10

// failure names what the end of the connection cut off.
func (p *pending) failure(by exchange.Peer, f *exchange.Failure) *exchange.Failure {
	kind, phase := p.phase()
	got := &exchange.Failure{Kind: kind, Peer: by, Expected: -1}
	if p.x.Response != nil {
		got.Expected = p.x.Response.Body.Expected
		got.Got = p.d.BodyGot(exchange.ResponseSide)
	}
	got.Excerpt = p.partial
	got.Message = fmt.Sprintf("the %s closed the connection %s", by, phase)
	if by == exchange.ClientPeer {
		got.Kind = exchange.ClientGone
	}
	if by == exchange.ClientPeer && p.headGot > smallHead {
		got.Kind = exchange.ResponseHeadTooLarge
		got.Message = fmt.Sprintf("the client closed the connection after %d bytes of the response head, which went on", p.headGot)
		return got
	}
	if f == nil {
		return got
	}
	got.Host, got.Addr, got.Alert = f.Host, f.Addr, f.Alert
	if f.Peer != "" {
		got.Peer = f.Peer
	}
	got.Kind = f.Kind
	if got.Peer == exchange.ClientPeer && (f.Kind == exchange.ConnectionReset || f.Kind == exchange.WriteFailed) {
		got.Kind = exchange.ClientGone // as if it had closed
	}
	got.Message = f.Message + " (" + phase + ")"
	return got
}

// phase says where the exchange stood, in a form that follows a verb.
func (p *pending) phase() (exchange.FailureKind, string) {
	switch r := p.x.Response; {
	case p.upgrade != nil:
		return exchange.ConnectionReset, "after the protocol was switched"
	case r != nil && r.Body.Expected >= 0:
		return exchange.BodyTruncated, fmt.Sprintf("after %d of %d bytes of the response body",
			p.d.BodyGot(exchange.ResponseSide), r.Body.Expected)
	case r != nil:
		return exchange.BodyTruncated, fmt.Sprintf("inside the response body, after %d bytes of it",
			p.d.BodyGot(exchange.ResponseSide))
	case !p.awaiting:
		return exchange.ResponseHeadTruncated, "inside the head of the response"
	case len(p.x.Interim) > 0:
		return exchange.EmptyReply, fmt.Sprintf("after an interim response (%d) and before the final one",
			p.x.Interim[len(p.x.Interim)-1].Status)
	case !p.requestEnded:
		return exchange.EmptyReply, "before the request was sent to its end and without a response"
	default:
		return exchange.EmptyReply, "without a response"
	}
}
