package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"

	"httpwhy/inspector/exchange"
)

func TestErrorTypesAreNamed(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	errno := func(no syscall.Errno) error { return dial(os.NewSyscallError("connect", no)) }
	for _, test := range []struct {
		err  error
		at   phase
		kind exchange.FailureKind
		says string
	}{
		{dial(&net.DNSError{Name: "nx.test", IsNotFound: true}), dialing, exchange.DNSNotFound, "look up nx.test: no such host"},
		{dial(&net.DNSError{Name: "nx.test", IsTimeout: true}), dialing, exchange.DNSTimeout, "look up nx.test: the name server did not answer in time"},
		{dial(&net.DNSError{Name: "nx.test", Err: "server misbehaving"}), dialing, exchange.DNSFailed, "look up nx.test: server misbehaving"},
		{dial(&net.AddrError{Err: "invalid port", Addr: "99999"}), dialing, exchange.MalformedRequest, ""},
		{errno(syscall.ECONNREFUSED), dialing, exchange.ConnectRefused, "connect to a.test:80: connection refused"},
		{errno(syscall.EHOSTUNREACH), dialing, exchange.ConnectUnreachable, ""},
		{errno(syscall.ENETUNREACH), dialing, exchange.ConnectUnreachable, ""},
		{errno(syscall.EACCES), dialing, exchange.ConnectFailed, ""},
		{errno(syscall.ETIMEDOUT), dialing, exchange.ConnectTimeout, ""},
		{dial(os.ErrDeadlineExceeded), dialing, exchange.ConnectTimeout, "connect to a.test:80: no answer in time"},
		{context.DeadlineExceeded, handshaking, exchange.TLSTimeout, ""},
		{os.ErrDeadlineExceeded, sending, exchange.WriteFailed, ""},
		{os.ErrDeadlineExceeded, awaiting, exchange.ResponseTimeout, ""},
		{os.ErrDeadlineExceeded, readingBody, exchange.BodyTruncated, ""},
		{errno(syscall.ECONNRESET), awaiting, exchange.ConnectionReset, "a.test:80 reset the connection"},
		{errno(syscall.EPIPE), sending, exchange.ConnectionReset, ""},
		{&url.Error{Op: "Get", URL: "http://a.test", Err: io.EOF}, awaiting, exchange.EmptyReply, "a.test:80 closed the connection without a response"},
		{io.ErrUnexpectedEOF, awaiting, exchange.ResponseHeadTruncated, ""},
		{io.ErrUnexpectedEOF, readingBody, exchange.BodyTruncated, ""},
		{io.EOF, handshaking, exchange.TLSHandshake, ""},
		{errors.New("http: server closed idle connection"), awaiting, exchange.EmptyReply, ""},
		{fmt.Errorf("round trip: %w", context.Canceled), awaiting, exchange.ClientGone, ""},
		{errLoop, dialing, exchange.ProxyLoop, ""},
		{errTLSTimeout, handshaking, exchange.TLSTimeout, ""},
		{errors.New("something new"), awaiting, exchange.Other, "read the response head: a.test:80: something new"},
	} {
		f := classify(test.err, test.at, "a.test:80")
		if f.Kind != test.kind || test.says != "" && f.Message != test.says {
			t.Errorf("%v (%s): %s %q, want %s %q", test.err, test.at, f.Kind, f.Message, test.kind, test.says)
		}
		if f.Message == "" || f.Alert != -1 || f.Expected != -1 || f.Addr != "a.test:80" {
			t.Errorf("%v: %+v", test.err, f)
		}
	}
}

// TestUnreadableHello: a handshake that we cannot read is not the client's
// leaving.
func TestUnreadableHello(t *testing.T) {
	err := &net.OpError{Op: "local error", Err: errors.New("tls: error decoding message")}
	f := clientFailure(err, "a.test:443", "a.test")
	if f.Kind != exchange.ClientTLSHandshake || f.Message != "TLS handshake with the client for a.test: error decoding message" {
		t.Errorf("%s: %s", f.Kind, f.Message)
	}
}
