package proxy

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"httpwhy/inspector/exchange"
)

// requestBody records the content of a request on its way to the origin.
type requestBody struct {
	io.ReadCloser
	forward *forward
	request *http.Request
}

func (b *requestBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	draft := b.forward.draft
	if n > 0 {
		draft.Body(exchange.RequestSide, p[:n])
	}
	switch {
	case err == nil:
	case err == io.EOF:
		draft.BodyEnd(exchange.RequestSide)
		if len(b.request.Trailer) > 0 {
			trailer := headerOf(b.request.Trailer)
			draft.Update(func(x *exchange.Exchange) { x.Request.Trailer = trailer })
		}
	case !isOwnEnd(err):
		b.forward.broken.CompareAndSwap(nil, &err)
	}
	return n, err
}

// isOwnEnd reports whether err says that this side reads no further.
func isOwnEnd(err error) bool {
	return errors.Is(err, http.ErrBodyReadAfterClose) || errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded)
}

// brokenRequest is the failure of a request whose content did not come to its
// end, nil if it was not that. The Transport reports it like one of the origin.
func (f *forward) brokenRequest(addr string) *exchange.Failure {
	broken := f.broken.Load()
	if broken == nil {
		return nil
	}
	err := *broken
	failure := &exchange.Failure{Peer: exchange.ClientPeer, Alert: -1, Expected: -1, Addr: addr}
	var no syscall.Errno
	switch {
	case errors.As(err, &no) && wasReset(no):
		set(failure, exchange.ClientGone, "the client reset the connection before the request was sent to its end")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &no):
		set(failure, exchange.ClientGone, "the client closed the connection before the request was sent to its end")
	case strings.Contains(err.Error(), "chunk length"), strings.Contains(err.Error(), "chunked encoding"):
		failure.Got = f.draft.BodyGot(exchange.RequestSide)
		set(failure, exchange.ChunkedInvalid, "the chunked request body is not valid after %d bytes of it: %v", failure.Got, err)
	default:
		set(failure, exchange.MalformedRequest, "the content of the request could not be read: %v", err)
	}
	return failure
}
