package exchange

// Failure says how an exchange ended early. It is what the proxy itself saw:
// diagnoses are made from it, never from the answer that httpwhy sent instead.
type Failure struct {
	Kind FailureKind
	// Peer is the side whose connection failed.
	Peer Peer
	// Message is one lower-case sentence with the values of this failure, e.g.
	// "connect to 127.0.0.1:3001: connection refused".
	Message string
	// Host and Addr are the name that was asked for and the address dialled.
	Host, Addr string
	// Alert is the TLS alert of RFC 8446 section 6 that was sent or received,
	// -1 if none: close_notify is 0.
	Alert int
	// Expected and Got are the announced and the received length of a truncated
	// body, in bytes; Expected is -1 if no length was announced.
	Expected, Got int64
	// Excerpt are the first bytes of what could not be parsed, at most 256.
	Excerpt []byte
}

// FailureKind classifies failures. The names are stable: they are part of the
// machine-readable output.
type FailureKind string

// The kinds of failures, by the step at which they happen.
const (
	// Name resolution.
	DNSNotFound FailureKind = "dns-not-found"
	DNSTimeout  FailureKind = "dns-timeout"
	DNSFailed   FailureKind = "dns-failed"

	// Connecting.
	ConnectRefused     FailureKind = "connect-refused"
	ConnectTimeout     FailureKind = "connect-timeout"
	ConnectUnreachable FailureKind = "connect-unreachable"
	ConnectFailed      FailureKind = "connect-failed"
	// UpstreamProxyRefused: the upstream proxy did not open the tunnel.
	UpstreamProxyRefused FailureKind = "upstream-proxy-refused"

	// The TLS handshake with the server.
	TLSExpired            FailureKind = "tls-expired"
	TLSNotYetValid        FailureKind = "tls-not-yet-valid"
	TLSWrongHost          FailureKind = "tls-wrong-host"
	TLSSelfSigned         FailureKind = "tls-self-signed"
	TLSIncompleteChain    FailureKind = "tls-incomplete-chain"
	TLSUnknownCA          FailureKind = "tls-unknown-ca"
	TLSCertificateInvalid FailureKind = "tls-certificate-invalid"
	TLSVersion            FailureKind = "tls-version"
	TLSHandshake          FailureKind = "tls-handshake"
	TLSClientCertRequired FailureKind = "tls-client-cert-required"
	TLSALPN               FailureKind = "tls-alpn"
	TLSUnrecognizedName   FailureKind = "tls-unrecognized-name"
	TLSNotTLS             FailureKind = "tls-not-tls"
	TLSTimeout            FailureKind = "tls-timeout"

	// The TLS handshake with the client.
	ClientRejectsCA      FailureKind = "client-rejects-ca"
	ClientTLSHandshake   FailureKind = "client-tls-handshake"
	ClientTLSNoSharedAny FailureKind = "client-tls-no-shared"

	// The exchange itself.
	EmptyReply            FailureKind = "empty-reply"
	ConnectionReset       FailureKind = "connection-reset"
	WriteFailed           FailureKind = "write-failed"
	ResponseTimeout       FailureKind = "response-timeout"
	MalformedResponse     FailureKind = "malformed-response"
	MalformedRequest      FailureKind = "malformed-request"
	ResponseHeadTooLarge  FailureKind = "response-head-too-large"
	ResponseHeadTruncated FailureKind = "response-head-truncated"
	BodyTruncated         FailureKind = "body-truncated"
	ChunkedInvalid        FailureKind = "chunked-invalid"
	ContentLengthConflict FailureKind = "content-length-conflict"
	StreamReset           FailureKind = "stream-reset"
	ClientGone            FailureKind = "client-gone"
	ProxyLoop             FailureKind = "proxy-loop"
	Interrupted           FailureKind = "interrupted"
	Other                 FailureKind = "other"
)

// Error makes a Failure usable as an error.
func (f *Failure) Error() string { return f.Message }
