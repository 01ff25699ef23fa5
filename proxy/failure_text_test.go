package proxy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

// TestErrorTextsAreNamed reads the texts of errors that Go gave.
func TestErrorTextsAreNamed(t *testing.T) {
	var cases []struct{ Case, Phase, Err string }
	readJSON(t, "testdata/go-errors.json", &cases)
	n, right := 0, 0
	for _, c := range cases {
		if c.Err == "" {
			continue
		}
		n++
		want, ok := errorKinds[c.Case]
		if !ok {
			t.Errorf("%s: no kind is expected of it", c.Case)
			continue
		}
		at := awaiting
		switch {
		case strings.HasPrefix(c.Phase, "body"):
			at = readingBody
		case strings.Contains(c.Err, "dial tcp"):
			at = dialing
		case strings.HasPrefix(c.Case, "tls-"), strings.HasPrefix(c.Case, "https-"):
			at = handshaking
		}
		f := classify(rebuilt(c.Err), at, "good.test:443")
		if f.Kind != want {
			t.Errorf("%s: %s (%s), want %s", c.Case, f.Kind, f.Message, want)
			continue
		}
		right++
	}
	t.Logf("judge | Go's net/http, failures | cause of %d of %d |", right, n)
	if n != 60 {
		t.Errorf("%d failing cases, want 60", n)
	}
}

// rebuilt is an error of which only the text is known, and that it wraps an EOF.
func rebuilt(text string) error {
	if i := strings.Index(text, `": `); i >= 0 { // what *url.Error puts before it
		text = text[i+3:]
	}
	for _, eof := range []error{io.ErrUnexpectedEOF, io.EOF} {
		if rest, ok := strings.CutSuffix(text, eof.Error()); ok {
			return fmt.Errorf("%s%w", rest, eof)
		}
	}
	return errors.New(text)
}

var errorKinds = map[string]exchange.FailureKind{
	"refused": exchange.ConnectRefused, "port0": exchange.ConnectRefused,
	"blackhole-connect-timeout(unroutable in sandbox)": exchange.ConnectRefused,
	"connect-timeout":        exchange.ConnectTimeout,
	"dns-nxdomain(.invalid)": exchange.DNSNotFound, "dns-single-label": exchange.DNSNotFound, "underscore-host": exchange.DNSNotFound,
	"bad-port": exchange.MalformedRequest, "bad-host-char": exchange.MalformedRequest,
	"no-scheme": exchange.MalformedRequest, "unsupported-scheme": exchange.MalformedRequest,
	"reset-after-request": exchange.ConnectionReset, "https-to-reset": exchange.ConnectionReset,
	"close-no-response(EOF)": exchange.EmptyReply, "http-to-https-port": exchange.EmptyReply,
	"https-to-closing-port(EOF)": exchange.TLSHandshake,
	"hang-header-timeout":        exchange.ResponseTimeout, "hang-ctx-deadline": exchange.ResponseTimeout,
	"client-abort(ctx cancel)": exchange.ClientGone,
	"garbage":                  exchange.MalformedResponse, "ssh": exchange.MalformedResponse, "http09": exchange.MalformedResponse,
	"badstatus": exchange.MalformedResponse, "status-4digits": exchange.MalformedResponse, "status-99": exchange.MalformedResponse,
	"badversion": exchange.MalformedResponse, "hdr-nocolon": exchange.MalformedResponse, "hdr-nul": exchange.MalformedResponse,
	"hdr-huge-11MB": exchange.ResponseHeadTooLarge,
	"cl-long":       exchange.BodyTruncated, "chunk-incomplete": exchange.BodyTruncated, "gzip-plain": exchange.BodyTruncated, "gzip-trunc": exchange.BodyTruncated,
	"cl-dup-diff": exchange.ContentLengthConflict, "cl-text": exchange.ContentLengthConflict, "cl-neg": exchange.ContentLengthConflict,
	"chunk-bad": exchange.ChunkedInvalid, "te-unknown": exchange.MalformedResponse, "te-gzip-chunked": exchange.MalformedResponse,
	"loc-bad": exchange.MalformedResponse, "loc-selfloop": exchange.Other,
	"100-then-close": exchange.ResponseHeadTruncated, "header-only-then-close": exchange.ResponseHeadTruncated,
	"tls-expired": exchange.TLSExpired, "tls-not-yet-valid": exchange.TLSNotYetValid, "tls-wrong-host": exchange.TLSWrongHost,
	"tls-no-san": exchange.TLSWrongHost,
	// Only the certificates tell these three apart.
	"tls-unknown-ca": exchange.TLSUnknownCA, "tls-self-signed": exchange.TLSUnknownCA, "tls-incomplete-chain": exchange.TLSUnknownCA,
	"tls-server-max-1.1": exchange.TLSVersion, "tls-server-min-1.3-client-max-1.2": exchange.TLSVersion,
	"tls-client-cert-required": exchange.TLSClientCertRequired, "tls-client-cert-required-1.2": exchange.TLSHandshake,
	"tls-alpn-mismatch": exchange.TLSALPN, "tls-sni-unrecognized": exchange.TLSHandshake, "tls-no-shared-cipher": exchange.TLSHandshake,
	"https-to-http-port": exchange.TLSNotTLS, "https-to-ssh": exchange.TLSNotTLS,
	"https-to-hang(handshake timeout)": exchange.TLSTimeout,
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}
