package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"strings"
	"syscall"

	"httpwhy/inspector/exchange"
)

// phase is the step in which an error happened.
type phase string

const (
	dialing     phase = "connect"
	handshaking phase = "TLS handshake"
	sending     phase = "send the request"
	awaiting    phase = "read the response head"
	readingBody phase = "read the response body"
	relaying    phase = "relay"
)

// classify turns an error of the origin's side into a Failure. The type of the
// error decides; its text only where net/http has no type for it. addr is the
// host:port that was asked for.
func classify(err error, at phase, addr string) *exchange.Failure {
	host, _, splitErr := net.SplitHostPort(addr)
	if splitErr != nil {
		host = addr
	}
	f := &exchange.Failure{Peer: exchange.ServerPeer, Alert: -1, Expected: -1, Host: host, Addr: addr}
	err = unwrapURL(err)
	for _, step := range []func(*exchange.Failure, error, phase) bool{
		isOurs, isUpstream, isName, isAddress, isTLS, isTimeout, isEnd, isErrno, isMalformed, isText, isHandshake,
	} {
		if step(f, err, at) {
			return throughUpstream(f, err)
		}
	}
	f.Kind = exchange.Other
	f.Message = fmt.Sprintf("%s: %s: %v", at, addr, err)
	return throughUpstream(f, err)
}

// classify is the function of that name for an error of a request that ends with
// the server.
func (s *Server) classify(err error, at phase, addr string) *exchange.Failure {
	if errors.Is(err, context.Canceled) && s.ctx.Err() != nil {
		return interrupted(addr)
	}
	return classify(err, at, addr)
}

// unwrapURL drops the method and the URL that net/http puts before an error.
func unwrapURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func set(f *exchange.Failure, kind exchange.FailureKind, format string, args ...any) bool {
	f.Kind, f.Message = kind, fmt.Sprintf(format, args...)
	return true
}

// isOurs finds what happened on our or the client's side.
func isOurs(f *exchange.Failure, err error, _ phase) bool {
	switch {
	case errors.Is(err, errLoop):
		f.Peer = exchange.ProxyPeer
		return set(f, exchange.ProxyLoop, "%s is httpwhy itself: passing the request on would send it round in a loop", f.Addr)
	case errors.Is(err, context.Canceled):
		f.Peer = exchange.ClientPeer
		return set(f, exchange.ClientGone, "the client closed the connection before the response was complete")
	}
	return false
}

func isName(f *exchange.Failure, err error, _ phase) bool {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return false
	}
	if dns.Name != "" {
		f.Host = dns.Name
	}
	switch {
	case dns.IsNotFound:
		return set(f, exchange.DNSNotFound, "look up %s: no such host", f.Host)
	case dns.IsTimeout:
		return set(f, exchange.DNSTimeout, "look up %s: the name server did not answer in time", f.Host)
	}
	return set(f, exchange.DNSFailed, "look up %s: %s", f.Host, dns.Err)
}

// isAddress finds targets that cannot be dialled at all.
func isAddress(f *exchange.Failure, err error, _ phase) bool {
	var addr *net.AddrError
	var invalid url.InvalidHostError
	var parse *net.ParseError
	if errors.As(err, &addr) || errors.As(err, &invalid) || errors.As(err, &parse) {
		f.Peer = exchange.ClientPeer
		return set(f, exchange.MalformedRequest, "the target %q is not valid: %v", f.Addr, err)
	}
	return false
}

func isTimeout(f *exchange.Failure, err error, at phase) bool {
	var timeout interface{ Timeout() bool }
	late := errors.As(err, &timeout) && timeout.Timeout() ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, syscall.ETIMEDOUT)
	if !late {
		return false
	}
	switch at {
	case dialing:
		return set(f, exchange.ConnectTimeout, "connect to %s: no answer in time", f.Addr)
	case handshaking:
		return set(f, exchange.TLSTimeout, "%s accepted the connection but did not finish the TLS handshake in time", f.Addr)
	case readingBody:
		return set(f, exchange.BodyTruncated, "%s stopped in the middle of the response body", f.Addr)
	case sending:
		return set(f, exchange.WriteFailed, "%s did not take the request in time", f.Addr)
	}
	return set(f, exchange.ResponseTimeout, "%s took the request but did not begin a response in time", f.Addr)
}

// isEnd finds connections that ended too early.
func isEnd(f *exchange.Failure, err error, at phase) bool {
	cut := errors.Is(err, io.ErrUnexpectedEOF)
	if !cut && !errors.Is(err, io.EOF) && !strings.HasSuffix(err.Error(), "server closed idle connection") {
		return false
	}
	switch {
	case at == readingBody:
		return set(f, exchange.BodyTruncated, "%s closed the connection in the middle of the response body", f.Addr)
	case at == handshaking:
		return set(f, exchange.TLSHandshake, "%s closed the connection during the TLS handshake", f.Addr)
	case cut:
		return set(f, exchange.ResponseHeadTruncated, "%s closed the connection in the middle of the response head", f.Addr)
	}
	return set(f, exchange.EmptyReply, "%s closed the connection without a response", f.Addr)
}

func isErrno(f *exchange.Failure, err error, at phase) bool {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return false
	}
	switch {
	case refused(no):
		return set(f, exchange.ConnectRefused, "connect to %s: connection refused", f.Addr)
	case wasReset(no):
		if at == readingBody {
			return set(f, exchange.ConnectionReset, "%s reset the connection in the middle of the response body", f.Addr)
		}
		if at == handshaking {
			return set(f, exchange.ConnectionReset, "%s reset the connection during the TLS handshake", f.Addr)
		}
		return set(f, exchange.ConnectionReset, "%s reset the connection", f.Addr)
	case unreachable(no):
		return set(f, exchange.ConnectUnreachable, "connect to %s: %v", f.Addr, no)
	case at == dialing:
		return set(f, exchange.ConnectFailed, "connect to %s: %v", f.Addr, no)
	case at == sending:
		return set(f, exchange.WriteFailed, "send the request to %s: %v", f.Addr, no)
	}
	return false
}

// isMalformed finds responses that could not be read.
func isMalformed(f *exchange.Failure, err error, _ phase) bool {
	var proto textproto.ProtocolError
	if errors.As(err, &proto) {
		return set(f, exchange.MalformedResponse, "the response of %s is not HTTP: %s", f.Addr, string(proto))
	}
	return false
}
