package proxy

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
)

// answer is a response that httpwhy makes itself because the origin gave none.
type answer struct {
	status int
	header exchange.Header
	body   []byte
}

// newAnswer says why req failed, in a way that its sender can read.
func newAnswer(f *exchange.Failure, req *exchange.Message) *answer {
	a := &answer{status: statusFor(f)}
	a.set("Content-Type", "text/plain; charset=utf-8")
	a.set("Proxy-Status", proxyStatus(f))
	a.set("Cache-Control", "no-store")
	a.body = []byte(explain(f))
	a.allowOrigin(req)
	a.set("Content-Length", strconv.Itoa(len(a.body)))
	if a.status == http.StatusNoContent {
		a.header = a.header[:len(a.header)-1]
	}
	return a
}

func (a *answer) set(name, value string) {
	a.header = append(a.header, exchange.Field{Name: name, Value: value})
}

// allowOrigin lets a page of another origin read the answer. Without it the
// browser reports a CORS error and hides the true cause.
func (a *answer) allowOrigin(req *exchange.Message) {
	origin := req.Header.Get("Origin")
	if origin == "" {
		return
	}
	a.set("Access-Control-Allow-Origin", origin)
	a.set("Access-Control-Allow-Credentials", "true")
	a.set("Vary", "Origin")
	method := req.Header.Get("Access-Control-Request-Method")
	if req.Method != http.MethodOptions || method == "" {
		a.set("Access-Control-Expose-Headers", "Proxy-Status")
		return
	}
	// A preflight: its request must be sent to be told why it fails.
	a.status, a.body = http.StatusNoContent, nil
	a.header = a.header[1:] // no content, no Content-Type
	a.set("Access-Control-Allow-Methods", method)
	if names := req.Header.Get("Access-Control-Request-Headers"); names != "" {
		a.set("Access-Control-Allow-Headers", names)
	}
	if req.Header.Get("Access-Control-Request-Private-Network") == "true" {
		a.set("Access-Control-Allow-Private-Network", "true")
	}
}

// message is the answer for the record.
func (a *answer) message(proto string) *exchange.Message {
	return &exchange.Message{
		Status: a.status, Reason: http.StatusText(a.status), Proto: proto, Header: a.header,
		Body: exchange.Body{Expected: int64(len(a.body))},
	}
}

// response is the answer for net/http.
func (a *answer) response(r *http.Request) *http.Response {
	h := make(http.Header, len(a.header))
	for _, f := range a.header {
		h.Add(f.Name, f.Value)
	}
	return &http.Response{
		StatusCode: a.status, Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: h, ContentLength: int64(len(a.body)), Body: io.NopCloser(bytes.NewReader(a.body)),
	}
}

// wire is the answer in HTTP/1.1, the last one on its connection.
func (a *answer) wire(method string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	for _, f := range a.header {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	b.WriteString("Connection: close\r\n\r\n")
	if method != http.MethodHead {
		b.Write(a.body)
	}
	return b.Bytes()
}

// ServeHTTP writes the answer.
func (a *answer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, f := range a.header {
		w.Header().Add(f.Name, f.Value)
	}
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body)
	}
}

// statusFor is 504 for an origin that did not answer in time, 400 for a request
// that none can answer, else 502 (RFC 9110 section 15.6).
func statusFor(f *exchange.Failure) int {
	switch f.Kind {
	case exchange.DNSTimeout, exchange.ConnectTimeout, exchange.TLSTimeout, exchange.ResponseTimeout:
		return http.StatusGatewayTimeout
	case exchange.MalformedRequest:
		return http.StatusBadRequest
	case exchange.ChunkedInvalid:
		if f.Peer == exchange.ClientPeer {
			return http.StatusBadRequest
		}
	}
	return http.StatusBadGateway
}

// proxyStatus is the field of RFC 9209. A string of a structured field is ASCII.
func proxyStatus(f *exchange.Failure) string {
	details := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, f.Message)
	details = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(details)
	kind := proxyError(f)
	if kind == "tls_alert_received" {
		kind += fmt.Sprintf(`; alert-id=%d; alert-message="%s"`, f.Alert, alertName(uint8(f.Alert)))
	}
	return fmt.Sprintf(`httpwhy; error=%s; details="%s"`, kind, details)
}

// proxyError is the error type of RFC 9209 section 2.3 for a failure.
func proxyError(f *exchange.Failure) string {
	if f.Alert > 0 {
		return "tls_alert_received"
	}
	if f.Peer == exchange.ClientPeer && f.Kind == exchange.ChunkedInvalid {
		return "http_request_error"
	}
	switch f.Kind {
	case exchange.DNSTimeout:
		return "dns_timeout"
	case exchange.DNSNotFound, exchange.DNSFailed:
		return "dns_error"
	case exchange.ConnectRefused, exchange.UpstreamProxyRefused:
		return "connection_refused"
	case exchange.ConnectTimeout:
		return "connection_timeout"
	case exchange.ConnectUnreachable:
		return "destination_ip_unroutable"
	case exchange.ConnectFailed:
		return "destination_unavailable"
	case exchange.ConnectionReset, exchange.EmptyReply, exchange.WriteFailed, exchange.StreamReset:
		return "connection_terminated"
	case exchange.ResponseTimeout:
		return "http_response_timeout"
	case exchange.TLSTimeout:
		return "connection_read_timeout"
	case exchange.ResponseHeadTooLarge:
		return "http_response_header_section_size"
	case exchange.ResponseHeadTruncated, exchange.BodyTruncated:
		return "http_response_incomplete"
	case exchange.MalformedResponse, exchange.ContentLengthConflict, exchange.ChunkedInvalid:
		return "http_protocol_error"
	case exchange.MalformedRequest:
		return "http_request_error"
	case exchange.ProxyLoop:
		return "proxy_loop_detected"
	case exchange.TLSExpired, exchange.TLSNotYetValid, exchange.TLSWrongHost, exchange.TLSSelfSigned,
		exchange.TLSIncompleteChain, exchange.TLSUnknownCA, exchange.TLSCertificateInvalid:
		return "tls_certificate_error"
	}
	if strings.HasPrefix(string(f.Kind), "tls-") {
		return "tls_protocol_error"
	}
	return "proxy_internal_error"
}

// explain is what a person reads: what happened and what to do.
func explain(f *exchange.Failure) string {
	text := "httpwhy got no response from " + f.Addr + ":\n\n    " + f.Message + "\n"
	if advice := adviceFor(f); advice != "" {
		text += "\n" + advice + "\n"
	}
	return text + "\nThis answer is httpwhy's own. The server sent nothing of it.\n"
}

func adviceFor(f *exchange.Failure) string {
	switch f.Kind {
	case exchange.DNSNotFound:
		return "Check the spelling of " + f.Host + ", or add the name to DNS or to the hosts file."
	case exchange.DNSTimeout, exchange.DNSFailed:
		return "Check the network and the name servers of this machine."
	case exchange.ConnectRefused:
		return "Nothing listens on " + f.Addr + ". Start the server, or correct the port."
	case exchange.ConnectTimeout, exchange.ConnectUnreachable:
		return "Check the address, the network and the firewalls on the way to " + f.Addr + "."
	case exchange.TLSExpired, exchange.TLSNotYetValid:
		return "Renew the certificate of the server, and check the clocks. --insecure goes on without verification."
	case exchange.TLSWrongHost:
		return "Use a name that the certificate has, or have it issued for " + f.Host + ". --insecure goes on without verification."
	case exchange.TLSSelfSigned, exchange.TLSUnknownCA:
		return "If the issuer is to be trusted, give its certificate with --upstream-ca FILE. --insecure goes on without verification."
	case exchange.TLSIncompleteChain:
		return "Have the server send the certificates of its issuers too (the full chain). Browsers may hide the defect."
	case exchange.TLSHandshake, exchange.TLSVersion:
		return "If the client reaches it without httpwhy, have httpwhy pass the host through unread: --ignore " + f.Host + "."
	case exchange.TLSClientCertRequired:
		return "httpwhy speaks TLS with the server itself: give it the certificate and key with --client-cert " + f.Host + "=FILE."
	case exchange.TLSNotTLS:
		return "Use http:// for this port, or the port on which the server speaks TLS."
	case exchange.EmptyReply, exchange.ConnectionReset:
		return "Look at the server's log: it ended the connection instead of answering."
	case exchange.ResponseTimeout:
		return "Look at what the server is busy with."
	case exchange.ProxyLoop:
		return "Use another port for the server, or correct the target."
	}
	return ""
}
