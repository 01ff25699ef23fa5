package ui

import (
	"strings"

	"httpwhy/inspector/exchange"
)

// failurePhrases say in a few words how an exchange ended early, for the list.
// A kind that is missing here shows the failure's message.
var failurePhrases = map[exchange.FailureKind]string{
	exchange.DNSNotFound:           "no such host",
	exchange.DNSTimeout:            "name resolution timed out",
	exchange.DNSFailed:             "name resolution failed",
	exchange.ConnectRefused:        "connection refused",
	exchange.ConnectTimeout:        "connect timed out",
	exchange.ConnectUnreachable:    "network unreachable",
	exchange.UpstreamProxyRefused:  "upstream proxy refused",
	exchange.TLSExpired:            "server certificate expired",
	exchange.TLSNotYetValid:        "server certificate not valid yet",
	exchange.TLSWrongHost:          "server certificate for another host",
	exchange.TLSSelfSigned:         "server certificate self-signed",
	exchange.TLSIncompleteChain:    "server certificate chain incomplete",
	exchange.TLSUnknownCA:          "server certificate of unknown CA",
	exchange.TLSCertificateInvalid: "server certificate not valid",
	exchange.TLSVersion:            "no common TLS version",
	exchange.TLSHandshake:          "TLS handshake with server failed",
	exchange.TLSClientCertRequired: "server wants a client certificate",
	exchange.TLSNotTLS:             "server does not speak TLS",
	exchange.TLSTimeout:            "TLS handshake timed out",
	exchange.ClientRejectsCA:       "client does not trust the CA",
	exchange.ClientTLSHandshake:    "TLS handshake with client failed",
	exchange.EmptyReply:            "server closed without an answer",
	exchange.ConnectionReset:       "connection reset",
	exchange.ResponseTimeout:       "no answer in time",
	exchange.MalformedResponse:     "answer is not valid HTTP",
	exchange.MalformedRequest:      "request is not valid HTTP",
	exchange.BodyTruncated:         "body cut off",
	exchange.ChunkedInvalid:        "chunked body broken",
	exchange.StreamReset:           "stream reset",
	exchange.ClientGone:            "client hung up",
	exchange.ProxyLoop:             "request came back to httpwhy",
	exchange.Interrupted:           "interrupted: httpwhy was stopped",
}

// reason is what the column Why says of a row: the primary finding, else how it
// failed, else nothing.
func reason(r *exchange.Row) string {
	if f := r.Primary(); f != nil {
		return f.Short
	}
	if r.FailureKind == "" {
		return ""
	}
	phrase := failurePhrases[r.FailureKind]
	if phrase == "" {
		return r.FailureMessage
	}
	if r.FailureKind == exchange.ConnectRefused {
		if i := strings.LastIndexByte(r.Host(), ':'); i >= 0 {
			phrase += " " + r.Host()[i:]
		}
	}
	return phrase
}

// severity is that of the row's primary finding or, without one, of its
// failure. A client that hung up had its reasons: no alarm.
func severity(r *exchange.Row) exchange.Severity {
	if len(r.Findings) > 0 {
		return r.Severity()
	}
	switch r.FailureKind {
	case "":
		return ""
	case exchange.ClientGone, exchange.Interrupted:
		return exchange.SeverityInfo
	default:
		return exchange.SeverityError
	}
}

// problem reports whether a row is an error or a warning.
func problem(r *exchange.Row) bool {
	return severity(r).Rank() >= exchange.SeverityWarning.Rank()
}

// noAnswer reports whether no origin answered: the code column says ERR, and an
// answer that httpwhy made in its place does not count.
func noAnswer(r *exchange.Row) bool {
	return r.FailureKind != "" && (r.Status == 0 || r.Synthetic)
}
