package proxy

import (
	"strings"

	"httpwhy/inspector/exchange"
)

// texts are errors that have no type of their own in the standard library, by
// what their text contains. The first that matches counts.
var texts = []struct {
	part string
	kind exchange.FailureKind
	says string
}{
	{"response headers exceeded", exchange.ResponseHeadTooLarge, "the header section of the response is too large"},
	{"multiple Content-Length headers", exchange.ContentLengthConflict, "the response has Content-Length fields that contradict each other"},
	{"bad Content-Length", exchange.ContentLengthConflict, "the response has a Content-Length that is no number"},
	{"unsupported transfer encoding", exchange.MalformedResponse, "the response has a transfer coding that is not known"},
	{"invalid byte in chunk length", exchange.ChunkedInvalid, "the chunked coding of the response is broken"},
	{"http chunk length too large", exchange.ChunkedInvalid, "the chunked coding of the response is broken"},
	{"malformed chunked encoding", exchange.ChunkedInvalid, "the chunked coding of the response is broken"},
	{"server gave HTTP response to HTTPS client", exchange.TLSNotTLS, "the server answered the TLS handshake in plain HTTP: this port is not for https"},
	{"first record does not look like a TLS handshake", exchange.TLSNotTLS, "the server did not answer the TLS handshake with TLS"},
	{"malformed HTTP", exchange.MalformedResponse, "the response is not HTTP"},
	{"malformed MIME header", exchange.MalformedResponse, "the header section of the response is not HTTP"},
	{"failed to parse Location", exchange.MalformedResponse, "the Location of the response is not a URL"},
	{"stopped after 10 redirects", exchange.Other, "the client gave up after ten redirects"},
	{"unsupported protocol scheme", exchange.MalformedRequest, "the scheme of the target is not http or https"},
	{"invalid character", exchange.MalformedRequest, "the target is not a URL"},
	{"invalid port", exchange.MalformedRequest, "the port of the target is not valid"},
	{"no such host", exchange.DNSNotFound, "no such host"},
	{"connection refused", exchange.ConnectRefused, "connection refused"},
	{"connection reset by peer", exchange.ConnectionReset, "the server reset the connection"},
	{"TLS handshake timeout", exchange.TLSTimeout, "the server did not finish the TLS handshake in time"},
	{"timeout awaiting response headers", exchange.ResponseTimeout, "the server did not begin a response in time"},
	{"context deadline exceeded", exchange.ResponseTimeout, "the server did not begin a response in time"},
	{"i/o timeout", exchange.ConnectTimeout, "no answer in time"},
	{"context canceled", exchange.ClientGone, "the client closed the connection before the response was complete"},
	{"is after", exchange.TLSExpired, "the certificate has expired"},
	{"is before", exchange.TLSNotYetValid, "the certificate is not valid yet"},
	{"certificate is valid for", exchange.TLSWrongHost, "the certificate is for other names"},
	{"legacy Common Name", exchange.TLSWrongHost, "the certificate names no host"},
	{"unknown authority", exchange.TLSUnknownCA, "the certificate is signed by an unknown authority"},
	{"protocol version not supported", exchange.TLSVersion, "the server does not accept our TLS versions"},
	{"certificate required", exchange.TLSClientCertRequired, "the server wants a client certificate"},
	{"no application protocol", exchange.TLSALPN, "the server speaks none of the protocols that were offered"},
	{"unrecognized name", exchange.TLSUnrecognizedName, "the server does not know this host name"},
	{"remote error: tls", exchange.TLSHandshake, "the server refused the TLS handshake"},
	{"unexpected EOF", exchange.ResponseHeadTruncated, "the server closed the connection in the middle of the response"},
	{"EOF", exchange.EmptyReply, "the server closed the connection without a response"},
}

// isText finds an error by its text, as the last resort.
func isText(f *exchange.Failure, err error, at phase) bool {
	text := err.Error()
	for _, t := range texts {
		if !strings.Contains(text, t.part) {
			continue
		}
		f.Kind = t.kind
		f.Message = f.Addr + ": " + t.says + " (" + strings.TrimPrefix(text, "net/http: HTTP/1.x transport connection broken: ") + ")"
		if strings.HasPrefix(string(t.kind), "malformed-request") {
			f.Peer = exchange.ClientPeer
		}
		return true
	}
	return false
}
