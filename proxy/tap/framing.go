package tap

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
)

// framing is how the end of a body is told (RFC 9112 section 6).
type framing int

const (
	noBody framing = iota
	fixedLength
	chunked
	untilClose
)

// facts are the fields of a head that decide how to read on, found in one pass.
type facts struct {
	host, length string
	lengths      int
	hasLength    bool
	coding       string // the last transfer coding
	codings      int
	chunked      bool // one of them is chunked
	upgrade      string
	hasHost      bool
}

var (
	errLengthConflict = errors.New("the Content-Length fields differ")
	errLength         = errors.New("the Content-Length is not a number")
	errCoding         = errors.New("the last transfer coding of the request is not chunked")
)

func factsOf(h exchange.Header) (f facts) {
	for i := range h {
		name, value := h[i].Name, h[i].Value
		switch len(name) {
		case len("Host"):
			if !f.hasHost && strings.EqualFold(name, "Host") {
				f.host, f.hasHost = value, true
			}
		case len("Upgrade"):
			if strings.EqualFold(name, "Upgrade") {
				f.upgrade = value
			}
		case len("Content-Length"):
			if strings.EqualFold(name, "Content-Length") {
				f.addLength(value)
			}
		case len("Transfer-Encoding"):
			if strings.EqualFold(name, "Transfer-Encoding") {
				f.addCoding(value)
			}
		}
	}
	return f
}

// addLength counts the different members of Content-Length; a repeated one is
// allowed (RFC 9110 section 8.6).
func (f *facts) addLength(value string) {
	for v := range strings.SplitSeq(value, ",") {
		v = strings.Trim(v, " \t")
		if !f.hasLength || v != f.length {
			f.lengths++
		}
		f.hasLength, f.length = true, v
	}
}

func (f *facts) addCoding(value string) {
	for v := range strings.SplitSeq(value, ",") {
		if v = strings.Trim(v, " \t"); v != "" {
			f.coding = v
			f.codings++
			f.chunked = f.chunked || strings.EqualFold(v, "chunked")
		}
	}
}

// bodyLength is the announced length, -1 if none is.
func (f *facts) bodyLength() (int64, error) {
	if !f.hasLength {
		return -1, nil
	}
	if f.lengths > 1 {
		return -1, errLengthConflict
	}
	n, err := strconv.ParseUint(f.length, 10, 63)
	if err != nil || f.length[0] == '+' {
		return -1, fmt.Errorf("%w: %.64q", errLength, f.length)
	}
	return int64(n), nil
}

// frameRequest decides the framing of a request body.
func (f *facts) frameRequest() (framing, int64, error) {
	n, err := f.bodyLength()
	switch {
	case err != nil:
		return noBody, -1, err
	case f.codings > 0 && !strings.EqualFold(f.coding, "chunked"):
		return noBody, -1, errCoding
	case f.codings > 0:
		return chunked, -1, nil
	case n > 0:
		return fixedLength, n, nil
	}
	return noBody, n, nil
}

// frameResponse decides the framing of the body of a final response. It does so
// as browsers and Go do, not as RFC 9112 section 6.3 asks: HTTP/1.0 knows no
// chunks, chunked counts wherever it stands among the codings, and beside other
// codings the length counts. With an error it is what to assume if the client
// goes on.
func (f *facts) frameResponse(method string, status int, proto string) (framing, int64, error) {
	chunks := f.chunked && proto != "HTTP/1.0" && proto != "HTTP/0.9"
	n, err := f.bodyLength()
	if chunks && errors.Is(err, errLengthConflict) {
		err = nil // the chunks decide
	}
	switch {
	case method == http.MethodHead || status == 204 || status == 304:
		// The length is that of the body that is not sent.
		if errors.Is(err, errLength) {
			err = nil
		}
		return noBody, n, err
	case chunks:
		return chunked, -1, nil
	case err != nil:
		return untilClose, -1, err
	case n == 0:
		return noBody, 0, nil
	case n > 0:
		return fixedLength, n, nil
	}
	return untilClose, -1, nil
}
