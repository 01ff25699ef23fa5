package proxy

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/tap"
)

// bufferSize is the size of the pieces in which content is passed on: two full
// TLS records.
const bufferSize = 32 << 10

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// responseBody passes the content of a response on as it comes and records it.
type responseBody struct {
	origin   io.ReadCloser
	forward  *forward
	response *http.Response
	left     int64 // to come; negative: unknown
	// headFirst: no content came with the head, so the head goes out alone.
	headFirst bool
	begun     bool        // the first bytes came
	events    *tap.Events // nil if it is no event stream
	once      sync.Once
}

// Read is what a caller that is no io.Copy would use.
func (b *responseBody) Read(p []byte) (int, error) {
	n, err := b.origin.Read(p)
	b.took(p[:n])
	if err != nil {
		b.ended(err)
	}
	return n, err
}

func (b *responseBody) took(p []byte) {
	if len(p) > 0 {
		b.forward.draft.Body(exchange.ResponseSide, p)
		if !b.begun {
			b.begun, b.events = true, tap.NewEvents(b.forward.draft)
		}
		if b.events != nil {
			b.events.Bytes(p, time.Now())
		}
		b.left -= int64(len(p))
	}
}

// WriteTo passes each piece on at once. net/http would hold small ones back.
func (b *responseBody) WriteTo(io.Writer) (written int64, err error) {
	w := b.forward.writer
	if b.headFirst {
		w.Flush()
	}
	buf := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buf)
	for {
		n, err := b.origin.Read(buf[:])
		b.took(buf[:n])
		if n > 0 {
			m, writeErr := w.Write(buf[:n])
			written += int64(m)
			if writeErr != nil {
				b.ended(writeError{writeErr})
				return written, writeErr
			}
			if b.left != 0 { // the end is flushed by net/http
				w.Flush()
			}
		}
		if err != nil {
			if !b.begun && b.response.ContentLength < 0 {
				w.Flush() // net/http would announce a length of 0, which the origin did not
			}
			b.ended(err)
			if err == io.EOF {
				return written, nil
			}
			// The client must not take a cut response for a whole one.
			w.Flush() // all that the origin sent
			b.forward.client.abort(b.response.Request, err)
			panic(http.ErrAbortHandler)
		}
	}
}

// Close ends the exchange if its content did not.
func (b *responseBody) Close() error {
	b.ended(errNotRead)
	return b.origin.Close()
}

// errNotRead: the handler left before the end of the content.
var errNotRead = errors.New("the response was not read to its end")

// writeError is an error of the client's connection.
type writeError struct{ error }

func (b *responseBody) ended(err error) { b.once.Do(func() { b.end(err) }) }

func (b *responseBody) end(err error) {
	f := b.forward
	f.watch.mark(&f.watch.t.End)
	var failure *exchange.Failure
	var closed exchange.Peer
	var trailer exchange.Header
	var write writeError
	switch {
	case err == io.EOF: //nolint:errorlint // the contract of io.Reader
		f.draft.BodyEnd(exchange.ResponseSide)
		if len(b.response.Trailer) > 0 {
			trailer = headerOf(b.response.Trailer)
		}
	case f.server.ctx.Err() != nil:
		failure, closed = interrupted(hostPort(b.response.Request)), exchange.ProxyPeer
	case f.broken.Load() != nil:
		failure, closed = f.brokenRequest(hostPort(b.response.Request)), exchange.ClientPeer
	case errors.As(err, &write), errors.Is(err, errNotRead):
		failure = clientGone(hostPort(b.response.Request))
		closed = exchange.ClientPeer
	default:
		failure = f.server.classify(err, readingBody, hostPort(b.response.Request))
		closed = failure.Peer
		failure.Got = f.draft.BodyGot(exchange.ResponseSide)
		failure.Expected = b.response.ContentLength
	}
	f.draft.End(func(x *exchange.Exchange) {
		x.Timing = f.watch.timing()
		x.Failure, x.ClosedBy = failure, closed
		x.Response.Trailer = trailer
	})
}

func clientGone(addr string) *exchange.Failure {
	return &exchange.Failure{
		Kind: exchange.ClientGone, Peer: exchange.ClientPeer, Alert: -1, Expected: -1, Addr: addr,
		Message: "the client closed the connection before the response was complete",
	}
}

// headerOf is a header whose order and case on the wire are not known.
func headerOf(h http.Header) exchange.Header {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	fields := make(exchange.Header, 0, len(names))
	for _, name := range names {
		for _, value := range h[name] {
			fields = append(fields, exchange.Field{Name: name, Value: value})
		}
	}
	return fields
}

// headOf is a request head whose bytes are not known.
func headOf(r *http.Request) exchange.Message {
	h := append(exchange.Header{{Name: "Host", Value: r.Host}}, headerOf(r.Header)...)
	return exchange.Message{Method: r.Method, Target: r.RequestURI, Proto: r.Proto, Header: h}
}

// removeHopByHop removes the fields that are for the origin's hop alone (RFC
// 9110 section 7.6.1); wire is the header as it came.
func removeHopByHop(h http.Header, wire exchange.Header) {
	for _, name := range wire.List("Connection") {
		h.Del(name)
	}
	for _, name := range []string{"Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"} {
		h.Del(name)
	}
}
